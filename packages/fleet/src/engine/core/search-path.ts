/** The PATHs in which an attempt's coder is looked for, in their order, and the one that its processes get. Pure. */
import { delimiter } from "node:path";

/** The known PATHs; undefined or empty where none is set. */
export interface Paths {
  /** Set in config.yaml for the coder or the account. */
  readonly set: string | undefined;
  /** From the shell that created the task, or put it back last. */
  readonly task: string | undefined;
  readonly supervisor: string | undefined;
  /** From the shell in which `fleet coders` found the coder last. */
  readonly found: string | undefined;
}

export interface Searched {
  readonly whose: keyof Paths;
  readonly path: string;
}

const SYSTEM = "/usr/local/bin:/usr/bin:/bin";

export function searchOrder(paths: Paths): Searched[] {
  const order = (["set", "task", "supervisor", "found"] as const).flatMap((whose): Searched[] => {
    const path = paths[whose] ?? "";
    return path === "" ? [] : [{ whose, path }];
  });
  return order.length === 0 ? [{ whose: "supervisor", path: SYSTEM }] : order;
}

/**
 * The first of them is what the task's commands are meant to be looked for in; where the coder was found in another, all of
 * that one comes after it: a coder's own interpreter is beside it, more often than not.
 */
export function attemptPath(bin: string, order: readonly Searched[], foundIn: Searched): string {
  const [first = foundIn] = order;
  const dirs = [bin, ...first.path.split(delimiter), ...foundIn.path.split(delimiter)];
  return [...new Set(dirs)].join(delimiter);
}

const WHOSE: Readonly<Record<keyof Paths, string>> = {
  set: "the one that config.yaml sets",
  task: "the task's",
  supervisor: "the supervisor's",
  found: "that of the last `fleet coders`",
};

/** Why a coder can't be started, and what makes it start. Other tasks that wait for the same show it, too. */
export function missingText(file: string, order: readonly Searched[], cwd: string): string {
  if (file.includes("/"))
    return `${file} does not exist or can't be executed${file.startsWith("/") ? "" : ` (looked for in ${cwd})`}`;
  const places = order.map(({ whose }) => WHOSE[whose]).join(", ");
  return `${file} was not found on the PATHs searched (${places}); install it, then, in a shell that finds it: fleet coders`;
}

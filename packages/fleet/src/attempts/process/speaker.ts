/**
 * Who speaks: a person, an attempt, or a check of one. By the environments of the processes above this one, which an agent
 * can't take off them (`env -i fleet bd close ID` is its claim), by the cgroup, and by this process's own environment.
 *
 * A mark is that of the home which its outermost process was started for: what an attempt of one home does to another that it
 * has made is not done to its own. Of several marks the outermost counts, so that none can be put on. Where /proc does not show
 * our processes (macOS), the own environment is all there is. A home without tasks/ never ran an attempt, and is not asked.
 */
import { existsSync, realpathSync } from "node:fs";

import { environsUpwards } from "@fleet/kit/process/ancestry";
import { valueIn } from "@fleet/kit/process/environ";
import { readProc } from "@fleet/kit/process/id";

import { tasksDir } from "../records/paths.ts";
import { CHECK_HOME, CHECK_MARK, MARK, TASK_MARK } from "./marks.ts";

type Environment = Readonly<Record<string, string | undefined>>;
type Variable = (name: string) => string | undefined;

export type Speaker =
  | { readonly kind: "person" }
  /** `variable`: of the environment that it was started with, as far as that is known. */
  | { readonly kind: "attempt"; readonly uuid: string; readonly task: string; readonly variable: Variable }
  | { readonly kind: "check"; readonly uuid: string };

type Marked = Exclude<Speaker, { kind: "person" }>;

/** The identity in an environment. */
function markIn(variable: Variable): Marked | undefined {
  const [uuid, task, check] = [variable(MARK), variable(TASK_MARK), variable(CHECK_MARK)];
  if (check) return { kind: "check", uuid: check };
  return uuid && task ? { kind: "attempt", uuid, task, variable } : undefined;
}

const homeIn = (variable: Variable): string | undefined => variable(CHECK_HOME) || variable("FLEET_HOME");

function isSame(home: string, other: string | undefined): boolean {
  if (other === undefined || other === home) return other === home;
  try {
    return realpathSync(other) === realpathSync(home);
  } catch {
    return false;
  }
}

/** The outermost mark of this home among environments, the nearest first. Pure but for links in the homes' paths. */
export function outermost(environs: readonly Variable[], home: string): Marked | undefined {
  const seen = new Set<string>();
  for (const variable of environs.toReversed()) {
    const mark = markIn(variable);
    if (mark === undefined || seen.has(mark.uuid)) continue;
    seen.add(mark.uuid);
    if (isSame(home, homeIn(variable))) return mark;
  }
  return undefined;
}

/** Marks that a process can't remove from itself. */
export interface Surroundings {
  /** The environments of this process and of those above it, the nearest first. */
  readonly environs: () => readonly string[];
  /** /proc/self/cgroup. */
  readonly cgroup: () => string | undefined;
}

const HERE: Surroundings = { environs: environsUpwards, cgroup: () => readProc("self/cgroup") };

/** A process that left the tree and scrubbed its environment is still in the cgroup. */
async function byCgroup(
  text: string | undefined,
  home: string,
  taskOf: (uuid: string) => string | undefined,
): Promise<Marked | undefined> {
  const [, area, kind, uuid = ""] = /\/(fleet-[0-9a-f]{8})\/(attempt|check)-([^/\n]+)/.exec(text ?? "") ?? [];
  if (area === undefined) return undefined;
  const { areaName } = await import("./cgroup-place.ts");
  if (areaName(home) !== area) return undefined;
  if (kind === "check") return { kind, uuid };
  const task = taskOf(uuid);
  return task === undefined ? undefined : { kind: "attempt", uuid, task, variable: () => undefined };
}

/** `taskOf`: the task that the attempt of this uuid holds. */
export async function speakerOf(
  env: Environment,
  home: string,
  taskOf: (uuid: string) => string | undefined,
  { environs, cgroup }: Surroundings = HERE,
): Promise<Speaker> {
  const own = markIn((name) => env[name]);
  const isElsewhere =
    own?.kind === "check" &&
    !isSame(
      home,
      homeIn((name) => env[name]),
    );
  const found = existsSync(tasksDir(home))
    ? (outermost(
        environs().map((environ) => (name: string) => valueIn(environ, name)),
        home,
      ) ?? (await byCgroup(cgroup(), home, taskOf)))
    : undefined;
  return found ?? (own === undefined || isElsewhere ? { kind: "person" } : own);
}

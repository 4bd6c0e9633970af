/** Colours of bd's lines for people, as in bd: urgent, blocked and running issues stand out, closed ones are dim. */
import type { Issue } from "@fleet/store/issue";
import { knownStatus, type Status, statusIcon } from "@fleet/store/status";

import type { Io } from "../app/io.ts";
import type { Colours } from "../cli/style.ts";

const plain = (text: string): string => text;

/** No colours: for programs, and where colour is off. */
export const PLAIN: Colours = {
  dim: plain,
  bold: plain,
  green: plain,
  red: plain,
  yellow: plain,
  blue: plain,
  magenta: plain,
};

/** The colour functions are loaded only where colours are shown: agents read pipes, in a loop. */
export async function huesOf(io: Pick<Io, "env" | "isTerminal">): Promise<Colours> {
  const isForced = io.env["CLICOLOR_FORCE"] !== undefined;
  if (!isForced && ((io.env["NO_COLOR"] ?? "") !== "" || !io.isTerminal.stdout)) return PLAIN;
  const { colours } = await import("../cli/style.ts");
  return colours(io);
}

/** Coloured by status. */
export function inStatus(status: Status, text: string, c: Colours): string {
  switch (knownStatus(status)) {
    case "in_progress":
    case "hooked":
      return c.yellow(text);
    case "blocked":
      return c.red(text);
    case "deferred":
      return c.blue(text);
    case "closed":
      return c.dim(text);
    case "open":
    case "pinned":
    case "tombstone":
    case undefined:
      return text;
  }
}

type Standing = Pick<Issue, "status">;

/** "◐". */
export const statusMark = ({ status }: Standing, c: Colours): string => inStatus(status, statusIcon(status), c);

/** "IN_PROGRESS". */
export const statusWord = ({ status }: Standing, c: Colours): string => inStatus(status, status.toUpperCase(), c);

/** Coloured by priority. */
export const inPriority = ({ priority }: Pick<Issue, "priority">, text: string, c: Colours): string =>
  priority === 0 ? c.bold(c.red(text)) : priority === 1 ? c.yellow(text) : text;

/** "● P1". */
export const priorityMark = (issue: Pick<Issue, "priority">, c: Colours): string =>
  inPriority(issue, `● P${issue.priority}`, c);

/** "[bug]". */
export function typeMark({ issue_type: type }: Pick<Issue, "issue_type">, c: Colours): string {
  const text = `[${type}]`;
  return type === "bug" ? c.red(text) : type === "epic" ? c.magenta(text) : text;
}

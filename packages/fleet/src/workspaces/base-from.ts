/** Describes a task's base commit, for its record and for people. Pure. */
import * as z from "zod/mini";

/** How the base was found. */
export const baseFrom = z.discriminatedUnion("kind", [
  /** The tip of the target; for work without a target, what was checked out. */
  z.object({ kind: z.literal("head") }),
  /** A branch of a remote, as it was there. */
  z.object({ kind: z.literal("fresh"), remote: z.string(), branch: z.string() }),
  /** What was checked out when the task was made. */
  z.object({ kind: z.literal("commit") }),
  /** What was checked out, with what was not committed there when the task was made. */
  z.object({ kind: z.literal("changes") }),
  /** The work of these tasks. */
  z.object({ kind: z.literal("needs"), tasks: z.array(z.string()) }),
]);
export type BaseFrom = z.infer<typeof baseFrom>;

/** For people: "origin/main, fetched"; undefined for the target's tip. */
export function baseText(from: BaseFrom): string | undefined {
  switch (from.kind) {
    case "head":
      return undefined;
    case "fresh":
      return `${from.remote}/${from.branch}, fetched`;
    case "commit":
      return "what was checked out when the task was made";
    case "changes":
      return "what was not committed";
    case "needs":
      return `the work of ${from.tasks.join(", ")}`;
  }
}

/** The changes of one attempt, from the listings of its directory before and after, without known commits of others. */
import { spansOf } from "../protect/others.ts";
import type { ToolSpan } from "../protect/spans.ts";
import type { GitRan } from "../ran/trace.ts";
import { type Changes, changesBetween } from "./changes.ts";
import { withoutForeign } from "./foreign.ts";
import type { Listing } from "./listing.ts";
import type { ToolsRan } from "./tools.ts";

interface Looked {
  readonly dir: string;
  readonly cwd: string;
  readonly before: Listing;
  readonly after: Listing;
  readonly ran: GitRan | undefined;
  readonly tools: Pick<ToolsRan, "written" | "told">;
}

export interface OwnChanges {
  readonly changes: Changes;
  /** Other differences. */
  readonly foreign: readonly string[];
}

export function ownChanges({ dir, cwd, before, after, ran, tools }: Looked): OwnChanges {
  const moves = after.kind === "git" ? after.moves : undefined;
  const told = {
    cwd,
    top: before.top,
    moves,
    ran,
    written: tools.written,
    told: tools.told,
    spans: () => spansIn(dir),
    since: Date.parse(before.at),
    until: Date.parse(after.at),
  };
  return withoutForeign(changesBetween(cwd, before, after), told);
}

/** Undefined of a coder that tells of none. */
function spansIn(dir: string): readonly ToolSpan[] | undefined {
  const spans = spansOf(dir);
  return spans.length === 0 ? undefined : spans;
}

import { isBlank } from "@fleet/kit/text";
import { landingOf, reviewOf } from "@fleet/store/claims";
import { fleetRecord } from "@fleet/store/fleet-record";
import type { Act } from "@fleet/store/decision";
import { none } from "@fleet/store/decision";
import { StoreError } from "@fleet/store/errors";
import { byPriority, first, Graph } from "@fleet/store/graph";
import { heldHere } from "@fleet/store/held-here";
import type { Issue } from "@fleet/store/issue";
import { claim, claimRefusal } from "@fleet/store/ops/claim";
import { close, type Closing } from "@fleet/store/ops/close";
import type { Snapshot } from "@fleet/store/snapshot";

import type { Args } from "../args.ts";
import type { Ctx } from "../context.ts";
import { Refusal } from "../errors.ts";
import { Failures } from "../failures.ts";
import { findOrRefuse, idsOrLast } from "../issues.ts";
import { stopFirst } from "../stop-first.ts";
import { issueShape } from "../shapes.ts";
import { named } from "../text.ts";
import { readText } from "../texts.ts";
import type { Verb } from "../verb.ts";

/** bd's default reason. */
const NO_REASON = "Closed";

interface Request {
  readonly ids: readonly string[];
  /** One reason for all issues, or one for each. */
  readonly reasons: readonly string[];
}

async function requestOf(ctx: Ctx, args: Args): Promise<Request> {
  let given = idsOrLast(ctx, args.positionals);
  const aliases = ["resolution", "message", "comment"].filter((flag) => args.has(flag));
  let reasons = args.has("reason") ? args.texts("reason") : aliases.slice(0, 1).map((flag) => args.text(flag) ?? "");
  if (args.has("reason-file")) {
    if (reasons.length > 0) throw new Refusal("cannot specify both --reason and --reason-file");
    const file = args.text("reason-file") ?? "";
    const text = await readText(ctx, file, "failed to read reason file");
    if (isBlank(text))
      throw new Refusal(`empty reason from ${file === "-" ? "stdin" : file} (--reason-file)`, {
        hint: "leave it out to close without a reason",
      });
    reasons = [text.trim()];
  }
  // `bd done ID "what was done"`: the last argument is the reason.
  if (reasons.length === 0 && ctx.calledAs === "done" && given.length >= 2) {
    reasons = given.slice(-1);
    given = given.slice(0, -1);
  }
  if (reasons.length > 1 && reasons.length !== given.length) {
    throw new Refusal(
      `got ${reasons.length} close reasons for ${given.length} issue IDs; provide exactly one shared reason or one reason per issue`,
    );
  }
  return { ids: given, reasons: reasons.map((reason) => (isBlank(reason) ? NO_REASON : reason)) };
}

/** Open issues that this unblocked. */
function freed(before: ReadonlySet<string>, snapshot: Snapshot): Issue[] {
  const graph = new Graph(snapshot);
  return [...snapshot.live.values()]
    .filter((issue) => before.has(issue.id) && issue.status === "open" && !graph.isBlocked(issue))
    .sort(byPriority);
}

/** Its work is in a clone, and was going to land or to be judged. */
const isLeftToLand = (before: Issue, done: Issue): boolean =>
  (landingOf(before) ?? reviewOf(before)) !== undefined && fleetRecord(done).accepted?.head !== undefined;

async function claimNext(ctx: Ctx, act: Act): Promise<Issue | undefined> {
  return await ctx.write<Issue | undefined>(act, (snapshot) => {
    const free = new Graph(snapshot)
      .ready({ now: ctx.now, held: heldHere(ctx.store().gitDir) })
      .filter((issue) => (issue.assignee ?? "") === "" && claimRefusal(issue, act) === undefined);
    const [next] = first(free, byPriority, 1);
    if (next === undefined) return none(undefined);
    // bd returns the issue as it was before the claim.
    return { ...claim(snapshot, act, { id: next.id }), result: next };
  });
}

/** Closes one; undefined after a refusal, which is reported to `failures` (as `line`). */
export async function closeOne(
  ctx: Ctx,
  act: Act,
  issue: Issue,
  input: Omit<Closing, "id">,
  failures: Failures,
  line?: (message: string) => string,
): Promise<Issue | undefined> {
  try {
    const decide = (snapshot: Snapshot): ReturnType<typeof close> => close(snapshot, act, { ...input, id: issue.id });
    // Check for refusals before stopping the attempt.
    decide(ctx.snapshot());
    await stopFirst(ctx, act, issue);
    return (await ctx.write(act, decide)).issue;
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== "guarded") throw error;
    failures.add(issue.id, error, line);
    return undefined;
  }
}

export const verb: Verb = {
  usage: "close [id...]",
  summary: "Close one or more issues",
  about:
    "If no issue ID is provided, closes the one you last touched from this directory; in an attempt, its own task.\n" +
    "Give one --reason for all, or one for each id.\n" +
    "Inside an attempt, closing its own task claims that it is done; the supervisor closes it once that is proven.",
  flags: {
    reason: { type: "array", short: "r", help: "Reason for closing" },
    resolution: { type: "string", hidden: true, help: "Alias for --reason" },
    message: { type: "string", short: "m", hidden: true, help: "Alias for --reason" },
    comment: { type: "string", hidden: true, help: "Alias for --reason" },
    "reason-file": { type: "string", help: "Read close reason from file (use - for stdin)" },
    "no-change": {
      type: "bool",
      help: "Nothing had to change; --reason says why (in an attempt, a person decides)",
    },
    force: {
      type: "bool",
      short: "f",
      help: "Close even if it is pinned, blocked, waits to land, or has open children",
    },
    "suggest-next": { type: "bool", help: "Show issues that this unblocked" },
    "claim-next": { type: "bool", help: "Claim the next ready issue" },
    continue: { type: "bool", hidden: true, help: "Ignored" },
    "no-auto": { type: "bool", hidden: true, help: "Ignored" },
    session: { type: "string", help: "Session ID (default $CLAUDE_SESSION_ID)" },
  },
  examples: [
    'close fleet-a3f --reason "Fixed in 1a2b3c"',
    'done fleet-a3f "Tests added"',
    'close fleet-a3f --no-change --reason "The option is there since 1.4"',
    "close fleet-a3f --suggest-next",
  ],
  writes: true,
  run: async (ctx, args) => {
    const { ids, reasons } = await requestOf(ctx, args);
    const noChange = args.flag("no-change");
    if (noChange && (reasons.length === 0 || reasons.includes(NO_REASON)))
      throw new Refusal("--no-change takes a reason: why nothing has to change", {
        hint: 'fleet bd close ID --no-change --reason "…"',
      });
    for (const flag of ["continue", "suggest-next"])
      if (args.flag(flag) && ids.length > 1) throw new Refusal(`--${flag} only works when closing a single issue`);
    const snapshot = ctx.snapshot();
    // Resolve all ids first: one unknown id closes nothing.
    const issues = ids.map((id) => findOrRefuse(snapshot, id, "resolving ID"));
    const graph = new Graph(snapshot);
    const suggest = args.flag("suggest-next");
    const blocked = new Set(suggest ? graph.blocked().map(({ id }) => id) : []);
    const act = await ctx.act();
    const session = args.text("session") || ctx.io.env["CLAUDE_SESSION_ID"] || undefined;
    const closed: Issue[] = [];
    const failures = new Failures(ctx);
    for (const [at, issue] of issues.entries()) {
      const reason = reasons[at] ?? reasons[0] ?? NO_REASON;
      const input = { reason, noChange, force: args.flag("force"), session };
      const done = await closeOne(ctx, act, issue, input, failures, (message) => message);
      if (done === undefined) continue;
      closed.push(done);
      if (!ctx.json) ctx.say(`✓ Closed ${named(done)}: ${reason}`);
      if (!ctx.json && isLeftToLand(issue, done))
        ctx.say(`  Its work is kept, and has not landed: fleet land ${issue.id}`);
    }
    if (closed.length === 0) return failures.exit();
    const unblocked = suggest ? freed(blocked, ctx.snapshot()) : [];
    if (!ctx.json && unblocked.length > 0) {
      ctx.say("\nNewly unblocked:");
      for (const issue of unblocked) ctx.say(`  • ${named(issue)} (P${issue.priority})`);
    }
    const shapes = closed.map((issue) => issueShape(issue));
    if (args.flag("claim-next")) {
      const next = act.inside === undefined ? await claimNext(ctx, act) : undefined;
      if (next !== undefined) ctx.touch(next.id);
      if (ctx.json) ctx.print(next === undefined ? shapes : { closed: shapes, claimed: issueShape(next) });
      else if (next === undefined) ctx.say("\n✨ No ready issues available to claim.");
      else ctx.say(`✓ Auto-claimed next ready issue: ${named(next)} (P${next.priority})`);
    } else if (ctx.json) {
      ctx.print(
        unblocked.length > 0 ? { closed: shapes, unblocked: unblocked.map((issue) => issueShape(issue)) } : shapes,
      );
    }
    return failures.exit();
  },
};

import { isBlank } from "@fleet/kit/text";
import { byPriority } from "@fleet/store/graph";
import type { Issue } from "@fleet/store/issue";
import type { Step } from "@fleet/store/ops/overlay";

import type { Args } from "../args.ts";
import type { Ctx } from "../context.ts";
import { Refusal } from "../errors.ts";
import { statusesGiven } from "../filters.ts";
import { findOrRefuse } from "../issues.ts";
import { stopFirst } from "../stop-first.ts";
import { issueShape } from "../shapes.ts";
import { huesOf } from "../hues.ts";
import { treeLine } from "../text.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "human",
  summary: "Issues that need a person (label human)",
  about: "Questions of running attempts are elsewhere: fleet questions.",
  examples: ["human list", 'human respond fleet-a3f --response "Use OAuth2"'],
  subs: {
    list: {
      usage: "list",
      summary: "List issues labelled human",
      examples: ["human list", "human list --json"],
      flags: { status: { type: "string", home: "status", short: "s", help: "Filter by status" } },
      run: list,
    },
    respond: {
      usage: "respond <issue-id>",
      summary: "Answer an issue with a comment, and close it",
      examples: ['human respond fleet-a3f --response "Use OAuth2"'],
      flags: { response: { type: "string", short: "r", help: "The answer (required)" } },
      args: { min: 1, max: 1 },
      writes: true,
      run: respond,
    },
    dismiss: {
      usage: "dismiss <issue-id>",
      summary: "Close an issue without an answer",
      examples: ["human dismiss fleet-a3f", 'human dismiss fleet-a3f --reason "No longer applies"'],
      flags: { reason: { type: "string", help: "Reason" } },
      args: { min: 1, max: 1 },
      writes: true,
      run: dismiss,
    },
    stats: {
      usage: "stats",
      summary: "Count waiting, answered and dismissed issues",
      examples: ["human stats"],
      run: stats,
    },
  },
};

const isForPerson = (issue: Issue): boolean => issue.labels?.includes("human") === true;

async function list(ctx: Ctx, args: Args): Promise<void> {
  const snapshot = ctx.snapshot();
  const status = args.text("status") ?? "";
  const statuses = status === "" ? undefined : statusesGiven(snapshot.meta, status);
  const found = snapshot
    .all()
    .filter((issue) => isForPerson(issue) && statuses?.includes(issue.status) !== false)
    .sort(byPriority);
  if (ctx.json) ctx.print(found.map((issue) => issueShape(issue)));
  else if (found.length === 0) ctx.say("No human-needed issues found");
  else {
    const c = await huesOf(ctx.io);
    for (const issue of found) ctx.say(treeLine(issue, c));
  }
}

async function respond(ctx: Ctx, args: Args): Promise<void> {
  const response = args.text("response") ?? "";
  if (isBlank(response)) throw new Refusal("--response is required");
  const answer = { reason: "Responded", said: `Response: ${response}`, told: "closed with response." };
  await closeForPerson(ctx, args.positionals[0] ?? "", answer);
}

async function dismiss(ctx: Ctx, args: Args): Promise<void> {
  const why = args.text("reason") ?? "";
  const reason = isBlank(why) ? "Dismissed" : `Dismissed: ${why}`;
  await closeForPerson(ctx, args.positionals[0] ?? "", { reason, told: "dismissed." });
}

function stats(ctx: Ctx): void {
  const all = ctx.snapshot().all().filter(isForPerson);
  const closed = all.filter(({ status }) => status === "closed");
  const dismissed = closed.filter(({ close_reason: why = "" }) => why.toLowerCase().includes("dismiss")).length;
  const counts = {
    total: all.length,
    pending: all.length - closed.length,
    responded: closed.length - dismissed,
    dismissed,
  };
  if (ctx.json) {
    ctx.print(counts);
    return;
  }
  ctx.say("\nHuman Beads Stats\n");
  for (const [name, count] of Object.entries(counts))
    ctx.say(`  ${`${name.charAt(0).toUpperCase()}${name.slice(1)}:`.padEnd(11)} ${count}`);
  ctx.say("");
}

interface Answer {
  readonly reason: string;
  /** Also add the text as a comment. */
  readonly said?: string;
  /** The end of the printed line: "closed with response." */
  readonly told: string;
}

/** Closes an issue that waited for a person, with their words, in one commit. */
async function closeForPerson(ctx: Ctx, argument: string, { reason, said, told }: Answer): Promise<void> {
  const [{ close }, { comment }, { inOrder }] = await Promise.all([
    import("@fleet/store/ops/close"),
    import("@fleet/store/ops/comment"),
    import("@fleet/store/ops/overlay"),
  ]);
  const issue = findOrRefuse(ctx.snapshot(), argument, "resolving issue ID");
  const { id } = issue;
  if (issue.status === "closed") throw new Refusal(`issue ${id} is already closed`);
  if (!isForPerson(issue)) ctx.warn(`Warning: Issue ${id} does not have 'human' label`);
  const act = await ctx.act();
  await stopFirst(ctx, act, issue);
  await ctx.write(act, (snapshot) => {
    const steps: Step<unknown>[] = said === undefined ? [] : [(now) => comment(now, act, { id, text: said })];
    // As in bd, a person's answer closes it even if it is blocked.
    steps.push((now) => close(now, act, { id, reason, force: true }));
    return inOrder(snapshot, act, steps, { event: "close", subject: `${id}: ${reason}` });
  });
  ctx.touch(id);
  if (ctx.json) ctx.print([issueShape(findOrRefuse(ctx.snapshot(), id))]);
  else ctx.say(`✔ Bead ${id} ${told}`);
}

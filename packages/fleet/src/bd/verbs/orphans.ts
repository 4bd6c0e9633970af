import { reasonOf } from "@fleet/kit/git/git";
import { openRepository } from "@fleet/kit/git/repository";
import { shellWord } from "@fleet/kit/shell";
import type { Issue } from "@fleet/store/issue";
import { close } from "@fleet/store/ops/close";
import { byCodeUnit } from "@fleet/store/shard";

import { fromCwd } from "../../app/cwd.ts";
import { confirmed } from "../confirm.ts";
import type { Ctx } from "../context.ts";
import { Refusal, worded } from "../errors.ts";
import { LABEL_FLAGS } from "../filters.ts";
import { testOf } from "../list-filters.ts";
import { stopFirst } from "../stop-first.ts";
import type { Verb } from "../verb.ts";

interface Orphan {
  readonly issue: Issue;
  readonly commit: string;
  readonly message: string;
}

/** This project's commits; "" without a repository or commits. */
async function subjects({ io }: Ctx): Promise<string> {
  const [cwd, env] = [fromCwd(io), io.env];
  const found = await openRepository(cwd, env);
  if (found.kind === "none") return "";
  if (found.kind === "unknown") throw notSeen(cwd, found.why);
  const { ask, close } = found.repository;
  try {
    const log = await ask("log", { options: ["--all", "--format=%h%x00%s"] });
    if (log.kind !== "ok") throw notSeen(cwd, reasonOf(log));
    return log.stdout;
  } finally {
    close();
  }
}

const notSeen = (cwd: string, why: string): Refusal =>
  new Refusal(`could not look at the commits in ${cwd}: ${why}`, { hint: `git -C ${shellWord(cwd)} log` });

/** Open issues that a commit here names as `(ID)`, with the newest such commit. */
async function orphans(ctx: Ctx, open: readonly Issue[]): Promise<Orphan[]> {
  const byId = new Map(open.map((issue) => [issue.id, issue]));
  const found = new Map<string, Orphan>();
  for (const line of (await subjects(ctx)).split("\n")) {
    const [commit = "", message = ""] = line.split("\0");
    for (const [, id = ""] of message.matchAll(/\(([A-Za-z0-9_][A-Za-z0-9._-]*)\)/g)) {
      const issue = byId.get(id);
      if (issue !== undefined && !found.has(id)) found.set(id, { issue, commit, message });
    }
  }
  return [...found.values()].sort((a, b) => byCodeUnit(a.issue.id, b.issue.id));
}

async function closeAll(ctx: Ctx, found: readonly Orphan[]): Promise<void> {
  const act = await ctx.act();
  let closed = 0;
  for (const { issue } of found) {
    try {
      await stopFirst(ctx, act, issue);
      await ctx.write(act, (snapshot) => close(snapshot, act, { id: issue.id, reason: "Implemented" }));
      ctx.say(`✓ Closed ${issue.id}`);
      closed++;
    } catch (error) {
      ctx.warn(`Error closing ${issue.id}: ${worded(error).message}`);
    }
  }
  ctx.say(`\nClosed ${closed} issue(s)`);
}

export const verb: Verb = {
  usage: "orphans",
  summary: "Show open issues that a commit in this repository mentions",
  about:
    "Looks in the git log of the directory's repository, all branches, for issue ids in brackets: Fix login (fleet-a3f).",
  flags: {
    fix: { type: "bool", short: "f", help: "Close them, after asking" },
    details: { type: "bool", help: "Show the commit" },
    ...LABEL_FLAGS,
  },
  examples: ["orphans", "orphans --details", "orphans --json", "orphans --fix"],
  args: { max: 0 },
  errors: "stderr",
  run: async (ctx, args) => {
    const snapshot = ctx.snapshot();
    const test = testOf(args, snapshot.meta, ctx.now);
    const open = [...snapshot.live.values()].filter(
      (issue) => (issue.status === "open" || issue.status === "in_progress") && test(issue),
    );
    const found = await orphans(ctx, open);
    if (ctx.json) {
      ctx.print(
        found.map(({ issue: { id, title, status }, commit, message }) => ({
          issue_id: id,
          title,
          status,
          latest_commit: commit,
          ...(message === "" ? {} : { latest_commit_message: message }),
        })),
      );
      return;
    }
    if (found.length === 0) {
      ctx.say("✓ No orphaned issues found");
      return;
    }
    ctx.say(`\n⚠ Found ${found.length} orphaned issue(s):\n`);
    found.forEach(({ issue, commit, message }, at) => {
      ctx.say(`${at + 1}. ${issue.id}: ${issue.title}\n   Status: ${issue.status}`);
      if (args.flag("details")) ctx.say(`   Latest commit: ${commit} - ${message}`);
    });
    if (!args.flag("fix")) return;
    const { readonlyRefusal } = await import("../context.ts");
    if (args.flag("readonly")) throw readonlyRefusal("orphans");
    if (await confirmed(ctx, `\nThis will close ${found.length} orphaned issue(s). Continue?`))
      await closeAll(ctx, found);
    else ctx.say("Canceled.");
  },
};

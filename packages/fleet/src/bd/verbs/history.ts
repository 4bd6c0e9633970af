import { gitSync } from "@fleet/store/git/run";
import { tryReadObjects } from "@fleet/store/git/objects";
import { StoreError } from "@fleet/store/errors";
import type { Issue } from "@fleet/store/issue";
import { encodeIssue } from "@fleet/store/issue";
import { parseShard, shardOf } from "@fleet/store/shard";
import { wholeSeconds } from "@fleet/store/time";

import { filterId } from "../filters.ts";
import { issueShape } from "../shapes.ts";
import { treeLine } from "../text.ts";
import type { Verb } from "../verb.ts";

interface Version {
  readonly commit: string;
  readonly author: string;
  readonly date: string;
  readonly subject: string;
  readonly issue: Issue;
}

/** Every commit that changed the issue's line, the newest first. */
function versions(gitDir: string, id: string): Version[] {
  const name = shardOf(id);
  const path = `issues/${name}.jsonl`;
  const log = gitSync(gitDir, ["log", "--reverse", "--format=%H%x00%an%x00%aI%x00%s", "refs/heads/main", "--", path]);
  if (log.code !== 0) throw new StoreError("unreadable", `git log failed: ${log.stderr.trim()}`, { where: gitDir });
  const rows = log.stdout
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split("\0"));
  const blobs = tryReadObjects(
    gitDir,
    rows.map(([commit = ""]) => `${commit}:${path}`),
  );
  const found: Version[] = [];
  let before: string | undefined;
  rows.forEach(([commit = "", author = "", date = "", subject = ""], at) => {
    const blob = blobs[at];
    if (blob === undefined || blob instanceof StoreError) return;
    const issue = parseShard(name, blob.toString("utf8")).byId.get(id);
    const line = issue === undefined ? undefined : encodeIssue(issue);
    if (issue !== undefined && line !== before) found.push({ commit, author, date, subject, issue });
    before = line;
  });
  return found.reverse();
}

export const verb: Verb = {
  usage: "history <id>",
  summary: "Show how an issue changed, from the home's git log",
  flags: { limit: { type: "int", help: "Limit number of entries (0 = all)", default: "0" } },
  examples: ["history fleet-a3f", "history fleet-a3f --json"],
  args: { min: 1, max: 1 },
  run: (ctx, args) => {
    const snapshot = ctx.snapshot();
    const argument = args.positionals[0] ?? "";
    // A deleted issue has a history too, under its whole id.
    const id = snapshot.line(argument)?.id ?? filterId(snapshot, argument);
    const all = versions(ctx.store().gitDir, id);
    const limit = args.int("limit") ?? 0;
    const shown = limit > 0 ? all.slice(0, limit) : all;
    if (ctx.json) {
      ctx.print(
        shown.map(({ commit, author, date, issue }) => ({
          CommitHash: commit,
          Committer: author,
          CommitDate: wholeSeconds(date),
          Issue: issueShape(issue),
        })),
      );
      return;
    }
    if (shown.length === 0) {
      ctx.say(`No history found for issue ${argument}`);
      return;
    }
    ctx.say(`\n📜 History for ${id} (${shown.length} entries)\n`);
    for (const { commit, author, date, subject, issue } of shown) {
      ctx.say(`${commit.slice(0, 8)} ${wholeSeconds(date)} ${author}: ${subject}`);
      ctx.say(`  ${treeLine(issue)}\n`);
    }
  },
};

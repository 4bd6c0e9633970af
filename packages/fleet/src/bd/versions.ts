/** The versions of one issue in the home's history. */
import { StoreError } from "@fleet/store/errors";
import { gitAgainOn } from "@fleet/store/git/hint";
import { tryReadObjects } from "@fleet/store/git/objects";
import { gitSync } from "@fleet/store/git/run";
import { decodeIssue, encodeIssue, type Issue } from "@fleet/store/issue";
import { shardOf } from "@fleet/store/shard";

export interface Version {
  readonly commit: string;
  readonly author: string;
  readonly date: string;
  readonly subject: string;
  readonly issue: Issue;
}

/** The issue's line in a shard's text. Only lines that name it are decoded: a shard has hundreds. */
function lineIn(blob: Buffer, id: string): Issue | undefined {
  const named = JSON.stringify(id);
  for (let at = blob.indexOf(named); at >= 0;) {
    const start = blob.lastIndexOf(10, at) + 1;
    const end = blob.indexOf(10, at);
    const stop = end < 0 ? blob.length : end;
    const decoded = decodeIssue(blob.toString("utf8", start, stop));
    if ("issue" in decoded && decoded.issue.id === id) return decoded.issue;
    at = blob.indexOf(named, stop);
  }
  return undefined;
}

/** Every commit that changed the issue's line, the newest first. */
export function versions(gitDir: string, id: string): Version[] {
  const path = `issues/${shardOf(id)}.jsonl`;
  const format = "--format=%H%x00%an%x00%aI%x00%s";
  const log = gitSync(gitDir, ["log", "--reverse", format, "refs/heads/main", "--", path]);
  if (log.code !== 0)
    throw new StoreError("unreadable", `git log failed: ${log.stderr.trim()}`, {
      where: gitDir,
      mend: `${gitAgainOn(gitDir)} fsck`,
    });
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
    const issue = lineIn(blob, id);
    const line = issue === undefined ? undefined : encodeIssue(issue);
    if (issue !== undefined && line !== before) found.push({ commit, author, date, subject, issue });
    before = line;
  });
  return found.reverse();
}

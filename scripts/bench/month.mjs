/** The history that a busy fleet leaves: every issue created, claimed, worked on and closed, one commit each, by `git fast-import`. */
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

const EVENTS = ["create", "claim", "update", "comment", "comment", "label", "update", "comment", "update", "close"];
/** So many issues are in work at a time. */
const ABREAST = 50;
const shardOf = (id) => createHash("sha256").update(id).digest("hex").slice(0, 2);
const stamp = (n) => new Date(Date.UTC(2026, 0, 1) + n * 50_000).toISOString();
const idOf = (issue) => `bench-${issue.toString(36).padStart(4, "0")}`;

/** The issue after its event number `step`, made at commit `n`. */
function after(issue, step, n, old) {
  const at = stamp(n);
  const text = createHash("sha256").update(`${issue} ${step}`).digest("base64url");
  const line = { ...old, updated_at: at };
  switch (EVENTS[step]) {
    case "create":
      return {
        id: idOf(issue),
        title: `Task number ${issue} of the month, ${text.slice(0, 12)}`,
        description: `What is wanted, in two or three lines, and where to look: ${text}. What must not be touched.`,
        status: "open",
        priority: issue % 5,
        issue_type: "task",
        created_at: at,
        created_by: "bench",
        updated_at: at,
        metadata: { cwd: `/home/someone/src/project-${issue % 7}`, path: "/usr/local/bin:/usr/bin:/bin" },
      };
    case "claim":
      return { ...line, status: "in_progress", assignee: `claude/${text.slice(0, 4)}`, started_at: at };
    case "comment": {
      const comment = { id: text, issue_id: old.id, author: old.assignee, text: `Seen: ${text}`, created_at: at };
      return { ...line, comments: [...(old.comments ?? []), comment] };
    }
    case "label":
      return { ...line, labels: [`area-${issue % 9}`] };
    case "update":
      return { ...line, notes: `${old.notes ?? ""}Step ${step}: ${text}\n` };
    default:
      return { ...line, status: "closed", closed_at: at, close_reason: `Done: ${text}` };
  }
}

/** Which issue each commit is about: of the ones in work, in turn. */
function* turns(issues) {
  const steps = new Map();
  let next = 0;
  for (;;) {
    while (steps.size < ABREAST && next < issues) steps.set(next++, 0);
    if (steps.size === 0) return;
    // A copy: what is done with leaves the map.
    for (const [issue, step] of Array.from(steps)) {
      yield [issue, step];
      if (step + 1 < EVENTS.length) steps.set(issue, step + 1);
      else steps.delete(issue);
    }
  }
}

/**
 * The packs as maintenance would have made them, one for every 400 commits: fast-import makes a delta only against the
 * blob before, of whatever file, and its packs are seven times as large.
 */
function packAgain(home) {
  const git = `git --git-dir='${home}/.git'`;
  const [packs, made] = [join(home, ".git/objects/pack"), join(home, "packs")];
  const sh = (script) => execFileSync("sh", ["-c", script], { encoding: "utf8", maxBuffer: 2 ** 28 });
  mkdirSync(made);
  const commits = sh(`${git} rev-list --reverse main`).trim().split("\n");
  for (let n = 0; n < commits.length; n += 400) {
    const [from, to] = [commits[n - 1], commits[Math.min(n + 399, commits.length - 1)]];
    const range = from === undefined ? to : `${to} ^${from}`;
    sh(`${git} rev-list --objects ${range} | ${git} pack-objects -q --no-reuse-delta '${made}/pack'`);
  }
  for (const name of readdirSync(packs)) rmSync(join(packs, name));
  for (const name of readdirSync(made)) renameSync(join(made, name), join(packs, name));
  rmSync(made, { recursive: true });
}

/** Commits `issues` × 10 changes. Returns an id with a whole life. */
export async function month(home, issues) {
  const importer = spawn("git", [`--git-dir=${home}/.git`, "fast-import", "--quiet", "--done", "--force"], {
    stdio: ["pipe", "ignore", "inherit"],
  });
  const ended = once(importer, "close");
  const shards = new Map();
  let n = 0;
  for (const [issue, step] of turns(issues)) {
    const id = idOf(issue);
    const shard = shardOf(id);
    const lines = shards.get(shard) ?? shards.set(shard, new Map()).get(shard);
    const old = lines.get(id);
    const made = after(issue, step, n, old?.made);
    lines.set(id, { made, text: `${JSON.stringify(made)}\n` });
    const text = [...lines.keys()]
      .sort((a, b) => (a < b ? -1 : 1))
      .map((key) => lines.get(key).text)
      .join("");
    const event = EVENTS[step];
    const message = `${event} ${id}: ${made.title}\n\nFleet-Event: ${event}\nFleet-Task: ${id}\n`;
    const when = `${Math.floor(Date.parse(stamp(n)) / 1000)} +0000`;
    const chunk =
      `commit refs/heads/main\nauthor ${made.assignee ?? "bench"} <bench@example.com> ${when}\n` +
      `committer fleet <fleet@localhost> ${when}\ndata ${Buffer.byteLength(message)}\n${message}` +
      (n === 0 ? "from refs/heads/main^0\n" : "") +
      `M 100644 inline issues/${shard}.jsonl\ndata ${Buffer.byteLength(text)}\n${text}\n`;
    if (!importer.stdin.write(chunk)) await once(importer.stdin, "drain");
    n++;
  }
  importer.stdin.end("done\n");
  const [code] = await ended;
  if (code !== 0) throw new Error(`git fast-import: ${code}`);
  packAgain(home);
  return { commits: n, id: idOf(Math.floor(issues / 2)) };
}

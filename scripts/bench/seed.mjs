/** Fills a home with many issues in one commit, by `git fast-import`: what a bench starts from, not how fleet writes. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";

/** A store of `count` issues of which `live` are open (the rest closed), a tenth held up by an edge. Returns the ids that are ready. */
export function seed(home, count, live, { prefix = "bench", edges = true } = {}) {
  const shards = new Map();
  const ready = [];
  const at = (n) => new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString();
  for (let n = 0; n < count; n++) {
    const id = `${prefix}-${n.toString(36).padStart(5, "0")}`;
    const open = n < live;
    const issue = {
      id,
      title: `Task number ${n} of the bench`,
      description:
        "What a task's description looks like: two or three lines that say what is wanted and where to look.",
      status: open ? "open" : "closed",
      priority: n % 5,
      issue_type: "task",
      created_at: at(n),
      created_by: "bench",
      updated_at: at(n + 1),
      ...(open ? {} : { closed_at: at(n + 1), close_reason: "done" }),
      metadata: { cwd: "/tmp", path: "/usr/bin:/bin" },
    };
    if (edges && n % 10 === 9) {
      const to = `${prefix}-${(n - 1).toString(36).padStart(5, "0")}`;
      issue.dependencies = [
        { issue_id: id, depends_on_id: to, type: "blocks", created_at: at(n), created_by: "bench", metadata: "{}" },
      ];
    } else if (open) ready.push(id);
    const shard = createHash("sha256").update(id).digest("hex").slice(0, 2);
    shards.set(shard, [...(shards.get(shard) ?? []), [id, JSON.stringify(issue)]]);
  }
  const parts = [
    `commit refs/heads/main\ncommitter bench <bench@example.com> 1767225600 +0000\ndata 4\nseed\nfrom refs/heads/main^0\n`,
  ];
  for (const [shard, lines] of shards) {
    const text = lines
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, line]) => `${line}\n`)
      .join("");
    parts.push(`M 100644 inline issues/${shard}.jsonl\ndata ${Buffer.byteLength(text)}\n${text}\n`);
  }
  execFileSync("git", [`--git-dir=${home}/.git`, "fast-import", "--quiet", "--done"], {
    input: `${parts.join("")}done\n`,
  });
  return ready;
}

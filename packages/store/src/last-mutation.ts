/** Reads from git what the commit at a tip changed: the shards, memories and settings that differ from its parent's. */
import { StoreError } from "./errors.ts";
import { readObjects } from "./git/objects.ts";
import { parseTree, type TreeEntry } from "./git/tree.ts";
import type { Issue } from "./issue.ts";
import { parseMemories } from "./memories.ts";
import { decodeMeta } from "./meta.ts";
import type { LastMutation } from "./ops/undo.ts";
import { parseShard } from "./shard.ts";

interface Trees {
  readonly root: readonly TreeEntry[];
  readonly issues: readonly TreeEntry[];
}

function treesOf(gitDir: string, commit: string): Trees {
  const [bytes] = readObjects(gitDir, [`${commit}^{tree}`]);
  const root = parseTree(bytes ?? Buffer.alloc(0));
  const below = root.find(({ name }) => name === "issues");
  const [issues] = below === undefined ? [] : readObjects(gitDir, [below.oid]);
  return { root, issues: issues === undefined ? [] : parseTree(issues) };
}

/** Names in which two trees differ, with the object of each side. */
function differing(
  before: readonly TreeEntry[],
  after: readonly TreeEntry[],
): [name: string, old: string | undefined, next: string | undefined][] {
  const [a, b] = [before, after].map((tree) => new Map(tree.map(({ name, oid }) => [name, oid])));
  const names = new Set([...(a?.keys() ?? []), ...(b?.keys() ?? [])]);
  return [...names].flatMap((name) => {
    const [old, next] = [a?.get(name), b?.get(name)];
    return old === next ? [] : [[name, old, next]];
  });
}

export function lastMutation(gitDir: string, tip: string): LastMutation {
  const [bytes] = readObjects(gitDir, [tip]);
  const [headers = "", ...message] = (bytes?.toString("utf8") ?? "").split("\n\n");
  const parents = [...headers.matchAll(/^parent ([0-9a-f]{40})$/gm)].map(([, oid]) => oid ?? "");
  // The trailers are the last paragraph; what stands before it may be anybody's words.
  const event = message.length < 2 ? undefined : /^Fleet-Event: (\S+)$/m.exec(message.at(-1) ?? "")?.[1];
  const last = {
    gitDir,
    commit: tip,
    subject: message.join("\n\n").split("\n")[0] ?? "",
    event,
    parents: parents.length,
  };
  const [parent] = parents;
  if (parent === undefined || parents.length > 1) return { ...last, issues: new Map(), files: [] };
  const [before, after] = [treesOf(gitDir, parent), treesOf(gitDir, tip)];
  const text = (oid: string | undefined): Buffer => {
    const [found] = oid === undefined ? [Buffer.alloc(0)] : readObjects(gitDir, [oid]);
    if (found === undefined) throw new StoreError("unreadable", `git can't give ${oid ?? ""}`, { where: gitDir });
    return found;
  };
  const issues = new Map<string, Issue | undefined>();
  const files: string[] = [];
  for (const [file, old, next] of differing(before.issues, after.issues)) {
    const name = /^([0-9a-f]{2})\.jsonl$/.exec(file)?.[1];
    if (name === undefined) {
      files.push(`issues/${file}`);
      continue;
    }
    const [a, b] = [old, next].map((oid) => parseShard(name, text(oid)));
    const raw = (shard: typeof a, id: string): string | undefined =>
      shard?.entries.find((entry) => entry.issue?.id === id)?.raw.toString();
    for (const id of b?.byId.keys() ?? []) if (raw(a, id) !== raw(b, id)) issues.set(id, a?.byId.get(id));
  }
  let rest: Pick<LastMutation, "memories" | "meta"> = {};
  for (const [name, old] of differing(before.root, after.root)) {
    if (name === "issues") continue;
    if (name === "memories.jsonl") rest = { ...rest, memories: parseMemories(text(old).toString("utf8")) };
    else if (name === "meta.json") rest = { ...rest, meta: decodeMeta(text(old).toString("utf8"), gitDir) };
    else files.push(name);
  }
  return { ...last, issues, files, ...rest };
}

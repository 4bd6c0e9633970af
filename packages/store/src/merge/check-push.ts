/** What a pushed commit would break or lose, seen line by line: asked by the home's pre-receive hook. */
import { StoreError } from "../errors.ts";
import { quarantineGit } from "../git/run.ts";
import { parseMemories } from "../memories.ts";
import { decodeMeta } from "../meta.ts";
import { parseShard } from "../shard.ts";

function git(args: readonly string[], cwd: string): Buffer | undefined {
  const { code, stdout } = quarantineGit(args, cwd);
  return code === 0 ? stdout : undefined;
}

/** One line each; empty for a push that may be. `old` may be a tree. */
export function checkPush(cwd: string, old: string, next: string): string[] {
  const named = git(["diff-tree", "-r", "-z", "--name-only", "--no-renames", old, next], cwd);
  if (named === undefined) throw new StoreError("unreadable", `git can't compare ${old} with ${next}`, { where: cwd });
  const blob = (revision: string, file: string): Buffer =>
    git(["cat-file", "blob", `${revision}:${file}`], cwd) ?? Buffer.alloc(0);
  const said: string[] = [];
  for (const file of named.toString("utf8").split("\0")) {
    const shard = /^issues\/([0-9a-f]{2})\.jsonl$/.exec(file)?.[1];
    if (shard !== undefined) said.push(...shardTrouble(shard, blob(old, file), blob(next, file)));
    if (file === "memories.jsonl") said.push(...memoryTrouble(blob(old, file), blob(next, file)));
    if (file === "meta.json") said.push(...metaTrouble(blob(next, file).toString("utf8")));
  }
  return said;
}

/** What is in the way already stays in the way, and is no reason to refuse what mends it. */
function shardTrouble(name: string, before: Buffer, after: Buffer): string[] {
  const [old, next] = [parseShard(name, before), parseShard(name, after)];
  const known = new Set(old.entries.flatMap(({ issue, raw }) => (issue === undefined ? [raw.toString("latin1")] : [])));
  const bad = next.entries.filter(({ issue }) => issue === undefined);
  const said = next.problems.flatMap(({ file, line, column, reason }, index) =>
    known.has(bad[index]?.raw.toString("latin1") ?? "")
      ? []
      : [`${file}:${line}${column === undefined ? "" : `:${column}`}: ${reason}`],
  );
  for (const id of old.byId.keys())
    if (!next.byId.has(id)) said.push(`issues/${name}.jsonl: ${id} is gone without a tombstone`);
  return said;
}

function memoryTrouble(before: Buffer, after: Buffer): string[] {
  const known = new Set(parseMemories(before.toString("utf8")).kept);
  return parseMemories(after.toString("utf8"))
    .kept.filter((line) => !known.has(line))
    .map((line) => `memories.jsonl: this line is no memory: ${line.slice(0, 80)}`);
}

function metaTrouble(text: string): string[] {
  try {
    decodeMeta(text, "meta.json");
    return [];
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return [error.message];
  }
}

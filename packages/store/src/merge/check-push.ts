/** What a pushed commit would break or lose, seen line by line: asked by the home's pre-receive hook. */
import { StoreError } from "../errors.ts";
import { quarantineGit } from "../git/run.ts";
import type { Answer, Who } from "../inside.ts";
import type { Issue } from "../issue.ts";
import { parseMemories } from "../memories.ts";
import { decodeMeta } from "../meta.ts";
import { excess } from "../outside.ts";
import { parseShard, type Shard, shardOf } from "../shard.ts";
import { mayPush, type Pushed } from "./may-push.ts";

function git(args: readonly string[], cwd: string): Buffer | undefined {
  const { code, stdout } = quarantineGit(args, cwd);
  return code === 0 ? stdout : undefined;
}

/** One line each; empty for a push that may be. `old` may be a tree. `who`: who pushes. */
export function checkPush(cwd: string, old: string, next: string, who: Who = { kind: "person" }): string[] {
  const named = git(["diff-tree", "-r", "-z", "--name-only", "--no-renames", old, next], cwd);
  if (named === undefined) throw new StoreError("unreadable", `git can't compare ${old} with ${next}`, { where: cwd });
  const blob = (revision: string, file: string): Buffer =>
    git(["cat-file", "blob", `${revision}:${file}`], cwd) ?? Buffer.alloc(0);
  const said: string[] = [];
  const issues: Pushed["issues"][number][] = [];
  let meta: Pushed["meta"];
  let [deleted, mended] = [0, false];
  const files = named.toString("utf8").split("\0");
  for (const file of files) {
    const shard = /^issues\/([0-9a-f]{2})\.jsonl$/.exec(file)?.[1];
    if (shard !== undefined) {
      const [was, is] = [parseShard(shard, blob(old, file)), parseShard(shard, blob(next, file))];
      said.push(...shardTrouble(shard, was, is));
      issues.push(...changedIn(was, is));
      deleted += deletedBy(was, is);
      mended ||= problemLines(was).some((line) => !problemLines(is).includes(line));
    }
    if (file === "memories.jsonl") said.push(...memoryTrouble(blob(old, file), blob(next, file)));
    if (file === "meta.json") {
      const read = metaIn(blob(old, file), blob(next, file));
      if (typeof read === "string") said.push(read);
      else meta = read;
    }
  }
  const own = who.kind === "attempt" ? issueIn(who.task, (file) => blob(old, file)) : undefined;
  const [memories, settings] = [files.includes("memories.jsonl"), files.includes("config.yaml")];
  const answers = mayPush({ who, own }, { issues, meta, memories, settings, deleted, mended });
  return [...said, ...answers.flatMap(([where, answer]) => refusalOf(answer, where))];
}

/** What is in the way already stays in the way, and is no reason to refuse what fixes it. */
function shardTrouble(name: string, old: Shard, next: Shard): string[] {
  const known = new Set(problemLines(old));
  const bad = next.entries.filter(({ issue }) => issue === undefined);
  const said = next.problems.flatMap(({ file, line, column, reason }, index) =>
    known.has(bad[index]?.raw.toString("latin1") ?? "")
      ? []
      : [`${file}:${line}${column === undefined ? "" : `:${column}`}: ${reason}`],
  );
  for (const id of old.byId.keys())
    if (!next.byId.has(id)) said.push(`issues/${name}.jsonl: ${id} is gone without a tombstone`);
  for (const { after } of changedIn(old, next)) {
    const trouble = excess(after);
    if (trouble !== undefined) said.push(`issues/${name}.jsonl: ${after.id}: ${trouble}`);
  }
  return said;
}

/** The issues whose lines are new, each with what it was. */
function changedIn(old: Shard, next: Shard): Pushed["issues"] {
  const unchanged = new Set(old.entries.map(({ raw }) => raw.toString("latin1")));
  return next.entries.flatMap(({ issue, raw }) =>
    issue === undefined || unchanged.has(raw.toString("latin1"))
      ? []
      : [{ before: old.byId.get(issue.id), after: issue }],
  );
}

/** The lines that can't be read. */
const problemLines = ({ entries }: Shard): string[] =>
  entries.flatMap(({ issue, raw }) => (issue === undefined ? [raw.toString("latin1")] : []));

const isDeleted = (issue: Issue | undefined): boolean => issue?.status === "tombstone";

const deletedBy = (before: Shard, after: Shard): number =>
  [...after.byId.values()].filter((issue) => isDeleted(issue) && !isDeleted(before.byId.get(issue.id))).length;

/** Why, with what to do instead. */
const whyNot = (answer: Answer): string | undefined =>
  answer.kind === "allowed" || answer.kind === "claim" ? undefined : `${answer.why}; instead: ${answer.mend}`;

function refusalOf(answer: Answer, file: string): string[] {
  const why = whyNot(answer);
  return why === undefined ? [] : [`${file}: ${why}`];
}

function issueIn(id: string, blob: (file: string) => Buffer): Issue | undefined {
  const name = shardOf(id);
  return parseShard(name, blob(`issues/${name}.jsonl`)).byId.get(id);
}

function memoryTrouble(before: Buffer, after: Buffer): string[] {
  const known = new Set(parseMemories(before.toString("utf8")).kept);
  return parseMemories(after.toString("utf8"))
    .kept.filter((line) => !known.has(line))
    .map((line) => `memories.jsonl: this line is not a memory: ${line.slice(0, 80)}`);
}

/** Both, where there were some before; why the new one can't be read. */
function metaIn(old: Buffer, next: Buffer): Pushed["meta"] | string {
  try {
    const after = decodeMeta(next.toString("utf8"), "meta.json");
    return old.length === 0 ? undefined : { before: decodeMeta(old.toString("utf8"), "meta.json"), after };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return error.message;
  }
}

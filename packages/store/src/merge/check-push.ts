/** What a pushed commit would break or lose, seen line by line: asked by the home's pre-receive hook. */
import { StoreError } from "../errors.ts";
import { quarantineGit } from "../git/run.ts";
import { type Answer, mayChange, mayConfigure, mayQueue, maySweep, type Who } from "../inside.ts";
import type { Issue } from "../issue.ts";
import { parseMemories } from "../memories.ts";
import { decodeMeta } from "../meta.ts";
import { excess } from "../outside.ts";
import { parseShard, type Shard, shardOf } from "../shard.ts";
import { canonical } from "./canonical.ts";
import { mergeRecord } from "./record.ts";

function git(args: readonly string[], cwd: string): Buffer | undefined {
  const { code, stdout } = quarantineGit(args, cwd);
  return code === 0 ? stdout : undefined;
}

/** Who pushes, and the task of an attempt that does, as it stood. */
interface Pusher {
  readonly who: Who;
  readonly own: Issue | undefined;
}

/** One line each; empty for a push that may be. `old` may be a tree. `who`: who pushes. */
export function checkPush(cwd: string, old: string, next: string, who: Who = { kind: "person" }): string[] {
  const named = git(["diff-tree", "-r", "-z", "--name-only", "--no-renames", old, next], cwd);
  if (named === undefined) throw new StoreError("unreadable", `git can't compare ${old} with ${next}`, { where: cwd });
  const blob = (revision: string, file: string): Buffer =>
    git(["cat-file", "blob", `${revision}:${file}`], cwd) ?? Buffer.alloc(0);
  const said: string[] = [];
  let [deleted, mended] = [0, false];
  const pusher: Pusher = {
    who,
    own: who.kind === "attempt" ? issueIn(who.task, (file) => blob(old, file)) : undefined,
  };
  for (const file of named.toString("utf8").split("\0")) {
    const shard = /^issues\/([0-9a-f]{2})\.jsonl$/.exec(file)?.[1];
    if (shard !== undefined) {
      const [was, is] = [parseShard(shard, blob(old, file)), parseShard(shard, blob(next, file))];
      said.push(...shardTrouble(shard, was, is, pusher));
      deleted += deletedBy(was, is);
      mended ||= problemLines(was).some((line) => !problemLines(is).includes(line));
    }
    if (file === "memories.jsonl")
      said.push(
        ...memoryTrouble(blob(old, file), blob(next, file)),
        ...refusalOf(mayQueue(who, { kind: "remember" }), file),
      );
    if (file === "meta.json") {
      const [before, after] = [blob(old, file), blob(next, file)].map((bytes) => bytes.toString("utf8"));
      said.push(...metaTrouble(before ?? "", after ?? "", who));
    }
    if (file === "config.yaml")
      said.push(...refusalOf(mayQueue(who, { kind: "configure", names: ["the fleet's settings"] }), file));
  }
  return [...said, ...refusalOf(maySweep(who, { deleted, mended }), "issues")];
}

/** What is in the way already stays in the way, and is no reason to refuse what mends it. */
function shardTrouble(name: string, old: Shard, next: Shard, pusher: Pusher): string[] {
  const known = new Set(problemLines(old));
  const bad = next.entries.filter(({ issue }) => issue === undefined);
  const said = next.problems.flatMap(({ file, line, column, reason }, index) =>
    known.has(bad[index]?.raw.toString("latin1") ?? "")
      ? []
      : [`${file}:${line}${column === undefined ? "" : `:${column}`}: ${reason}`],
  );
  for (const id of old.byId.keys())
    if (!next.byId.has(id)) said.push(`issues/${name}.jsonl: ${id} is gone without a tombstone`);
  const unchanged = new Set(old.entries.map(({ raw }) => raw.toString("latin1")));
  for (const { issue, raw } of next.entries) {
    if (issue === undefined || unchanged.has(raw.toString("latin1"))) continue;
    const trouble = excess(issue) ?? attemptTrouble(pusher, old.byId.get(issue.id), issue);
    if (trouble !== undefined) said.push(`issues/${name}.jsonl: ${issue.id}: ${trouble}`);
  }
  return said;
}

/** The lines that can't be read. */
const problemLines = ({ entries }: Shard): string[] =>
  entries.flatMap(({ issue, raw }) => (issue === undefined ? [raw.toString("latin1")] : []));

const isDeleted = (issue: Issue | undefined): boolean => issue?.status === "tombstone";

const deletedBy = (before: Shard, after: Shard): number =>
  [...after.byId.values()].filter((issue) => isDeleted(issue) && !isDeleted(before.byId.get(issue.id))).length;

/** A push from inside an attempt is held to what its `bd` is held to; fleet's record no verb of it writes. */
function attemptTrouble({ who, own }: Pusher, before: Issue | undefined, after: Issue): string | undefined {
  if (who.kind === "person") return undefined;
  const record = (issue: Issue | undefined): string =>
    canonical(issue === undefined ? {} : (mergeRecord(issue).rest ?? null));
  if (record(before) !== record(after)) return "metadata.fleet is fleet's own record, and no attempt's to write";
  return whyNot(mayChange(who, before, after, own));
}

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
    .map((line) => `memories.jsonl: this line is no memory: ${line.slice(0, 80)}`);
}

function metaTrouble(before: string, after: string, who: Who): string[] {
  try {
    const next = decodeMeta(after, "meta.json");
    return before === "" ? [] : refusalOf(mayConfigure(who, decodeMeta(before, "meta.json"), next), "meta.json");
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return [error.message];
  }
}

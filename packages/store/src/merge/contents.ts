/** The merge over git's objects: what three commits hold, read as far as they differ → the tree of the fourth. */
import { StoreError } from "../errors.ts";
import { type NewObject, newObject, writeObjects } from "../git/new-object.ts";
import { readObjects } from "../git/objects.ts";
import { encodeTree, parseTree, type TreeEntry, withEntry } from "../git/tree.ts";
import type { Issue } from "../issue.ts";
import { encodeMemories, parseMemories } from "../memories.ts";
import { decodeMeta, encodeMeta, type Meta } from "../meta.ts";
import { parseShard, type Shard, shardOf, SHARD_NAMES, withIssues } from "../shard.ts";
import { type Files, mergeFiles } from "./files.ts";
import { mergeStates, type Merged, type State } from "./merge.ts";
import type { Note } from "./merge-lines.ts";
import { shardBytes } from "./merge-shards.ts";

export interface Content {
  readonly tree: string;
  readonly root: readonly TreeEntry[];
  readonly issues: readonly TreeEntry[];
}

const EMPTY = newObject("blob", Buffer.alloc(0)).oid;
const MERGED: ReadonlySet<string> = new Set(["issues", "meta.json", "memories.jsonl"]);
const SHARD_FILES: ReadonlySet<string> = new Set(SHARD_NAMES.map((name) => `${name}.jsonl`));

/** What a commit (or anything git finds a tree behind) holds. */
export function contentOf(gitDir: string, revision: string): Content {
  const [bytes] = readObjects(gitDir, [`${revision}^{tree}`]);
  const root = parseTree(bytes ?? Buffer.alloc(0));
  const below = root.find((entry) => entry.name === "issues");
  const [tree] = below === undefined ? [] : readObjects(gitDir, [below.oid]);
  return {
    tree: newObject("tree", bytes ?? Buffer.alloc(0)).oid,
    root,
    issues: tree === undefined ? [] : parseTree(tree),
  };
}

const oidOf = (entries: readonly TreeEntry[], name: string): string =>
  entries.find((entry) => entry.name === name)?.oid ?? EMPTY;

export const shardOid = (content: Content | undefined, name: string): string =>
  oidOf(content?.issues ?? [], `${name}.jsonl`);

/** Contents by their ids, each read once. */
export class Blobs {
  readonly #gitDir: string;
  readonly #known = new Map<string, Buffer>([[EMPTY, Buffer.alloc(0)]]);

  constructor(gitDir: string) {
    this.#gitDir = gitDir;
  }

  read(oids: readonly string[]): void {
    const missing = [...new Set(oids)].filter((oid) => !this.#known.has(oid));
    if (missing.length > 0)
      readObjects(this.#gitDir, missing).forEach((bytes, index) => this.#known.set(missing[index] ?? "", bytes));
  }

  of(oid: string): Buffer {
    this.read([oid]);
    return this.#known.get(oid) ?? Buffer.alloc(0);
  }
}

function metaOf(content: Content, blobs: Blobs, whose: string): Meta {
  const entry = content.root.find(({ name }) => name === "meta.json");
  if (entry === undefined)
    throw new StoreError("home", `${whose} has no meta.json: this is not a fleet's history`, {
      mend: "name the remote of a fleet: fleet sync URL",
    });
  return decodeMeta(blobs.of(entry.oid).toString("utf8"), whose);
}

export interface MergedContent {
  readonly content: Content;
  readonly objects: readonly NewObject[];
  readonly notes: readonly Note[];
  readonly changed: number;
  readonly both: number;
}

/** `newer` tells which side's change of a file that is taken whole is the later one. */
export function mergeContents(
  gitDir: string,
  base: Content | undefined,
  ours: Content,
  theirs: Content,
  newer: (path: string) => "ours" | "theirs",
): MergedContent {
  const blobs = new Blobs(gitDir);
  const names = SHARD_NAMES.filter((name) => {
    const [a, b] = [shardOid(ours, name), shardOid(theirs, name)];
    return a !== b && (a !== shardOid(base, name) || b !== shardOid(base, name));
  });
  blobs.read(
    [base, ours, theirs].flatMap((one) => (one === undefined ? [] : names.map((name) => shardOid(one, name)))),
  );
  const stateOf = (content: Content, whose: string): State => ({
    shards: new Map(names.map((name) => [name, parseShard(name, blobs.of(shardOid(content, name)))])),
    memories: parseMemories(blobs.of(oidOf(content.root, "memories.jsonl")).toString("utf8")),
    meta: metaOf(content, blobs, whose),
  });
  const untouched = new Map<string, Shard>();
  const shard = (name: string): Shard => {
    const known = untouched.get(name) ?? parseShard(name, blobs.of(shardOid(ours, name)));
    untouched.set(name, known);
    return known;
  };
  const isDifferent = new Set(names);
  const elsewhere = (id: string): Issue | undefined => {
    const name = shardOf(id);
    return isDifferent.has(name) ? undefined : shard(name).byId.get(id);
  };
  const all = (): Issue[] => {
    const same = SHARD_NAMES.filter((name) => !isDifferent.has(name));
    blobs.read(same.map((name) => shardOid(ours, name)));
    return same.flatMap((name) => [...shard(name).byId.values()]);
  };
  const merged = mergeStates(
    base === undefined ? undefined : stateOf(base, "the common history"),
    stateOf(ours, "this home"),
    stateOf(theirs, "the other home"),
    { issue: elsewhere, all },
  );
  const objects: NewObject[] = [];
  const put = (bytes: Buffer): string => {
    const object = newObject("blob", bytes);
    objects.push(object);
    return object.oid;
  };
  const shardFiles = new Map<string, string>();
  for (const name of names) {
    const sides = [ours, theirs].map((one) => blobs.of(shardOid(one, name)));
    shardFiles.set(`${name}.jsonl`, put(shardBytes(name, merged.shards, sides)));
  }
  for (const name of merged.further) {
    const issues = [...merged.shards.lines.values()].flatMap(({ issue }) =>
      shardOf(issue.id) === name ? [issue] : [],
    );
    shardFiles.set(`${name}.jsonl`, put(withIssues(shard(name), issues).bytes));
  }
  const files = filesOf(base, ours, theirs, blobs, merged, put);
  const rest = mergeFiles(files("root"), newer);
  const beside = mergeFiles(files("issues"), newer);
  const content = treeOf(ours, shardFiles, rest.entries, beside.entries, objects);
  return {
    content,
    objects,
    notes: [...merged.notes, ...[...rest.said, ...beside.said].map((text): Note => ({ kind: "file", text }))],
    changed: merged.changed,
    both: merged.both,
  };
}

/** What is no shard: three versions each, and of what was merged by its content already the outcome. */
function filesOf(
  base: Content | undefined,
  ours: Content,
  theirs: Content,
  blobs: Blobs,
  merged: Merged,
  put: (bytes: Buffer) => string,
): (where: "root" | "issues") => Files {
  /** A side's own bytes where they say the same. */
  const file = (name: string, text: string, canonical: (text: string) => string): TreeEntry => {
    const own = [ours, theirs]
      .map((one) => oidOf(one.root, name))
      .find((oid) => canonical(blobs.of(oid).toString("utf8")) === text);
    return { mode: "100644", name, oid: own ?? put(Buffer.from(text)) };
  };
  return (where) => {
    const isOther = ({ name }: TreeEntry): boolean => (where === "root" ? !MERGED.has(name) : !SHARD_FILES.has(name));
    const [before, a, b] = [base, ours, theirs].map((one) => (one?.[where] ?? []).filter(isOther));
    const done =
      where === "issues"
        ? []
        : [
            file("memories.jsonl", encodeMemories(merged.memories), (text) => encodeMemories(parseMemories(text))),
            file("meta.json", encodeMeta(merged.meta), (text) => encodeMeta(decodeMeta(text, "meta.json"))),
          ];
    return { base: before ?? [], ours: a ?? [], theirs: b ?? [], done };
  };
}

function treeOf(
  ours: Content,
  shards: ReadonlyMap<string, string>,
  files: readonly TreeEntry[],
  beside: readonly TreeEntry[],
  objects: NewObject[],
): Content {
  let issues: readonly TreeEntry[] = [...ours.issues.filter(({ name }) => SHARD_FILES.has(name)), ...beside];
  for (const [name, oid] of shards) issues = withEntry(issues, { mode: "100644", name, oid });
  const below = newObject("tree", encodeTree(issues));
  const root = withEntry(files, { mode: "40000", name: "issues", oid: below.oid });
  const tree = newObject("tree", encodeTree(root));
  objects.push(below, tree);
  return { tree: tree.oid, root, issues };
}

/** Writes what a merge made, so that it can be read as the base of another one. */
export function written(gitDir: string, merged: MergedContent): Content {
  writeObjects(gitDir, merged.objects);
  return merged.content;
}

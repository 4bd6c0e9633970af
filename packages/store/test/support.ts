/** Real homes in temporary directories, real git, time and chance from outside. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import * as z from "zod/mini";

import { asEdgeType } from "../src/status.ts";
import { TreeBytes } from "../src/git/tree-bytes.ts";
import type { Act, AttemptRef } from "../src/decision.ts";
import { gitEnvironment } from "@fleet/kit/git/environment";
import { createHome } from "../src/create-home.ts";
import { gitDirOf } from "../src/home.ts";
import type { Issue } from "../src/issue.ts";
import { type Created, create, type Creation } from "../src/ops/create.ts";
import { SHARD_NAMES, parseShard, shardOf } from "../src/shard.ts";
import { Snapshot } from "../src/snapshot.ts";
import { type Derived, deriveWhole } from "../src/derived.ts";
import { emptyMeta } from "../src/meta.ts";
import { Store } from "../src/store.ts";
import { Template } from "../../kit/test/template.ts";

export const NOON = Date.parse("2026-03-01T12:00:00.000Z");
export const author = { name: "tester", email: "tester@example.org" };

/** Gone when the test is over. */
export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), "fleet-store-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

const making = (prefix: string) => (home: string) => createHome(home, { prefix, author, seconds: NOON / 1000 });
const homes = new Map<string, Template>();

/** Of a home of its own, where none is given. */
export async function newStore(prefix = "tt", home?: string): Promise<Store> {
  if (home !== undefined) {
    await making(prefix)(home);
    return new Store(home);
  }
  const template = homes.get(prefix) ?? new Template(making(prefix));
  homes.set(prefix, template);
  const made = join(tempDir(), "home");
  await template.copyTo(made);
  return new Store(made);
}

let drawn = 0;

/** Who acts at noon; every uuid is another one. */
export function acting(over: Partial<Act> = {}): Act {
  const uuid = (): string => `01900000-0000-7000-8000-${(++drawn).toString(16).padStart(12, "0")}`;
  return { actor: "ann", email: "ann@example.org", now: NOON, uuid, ...over };
}

export const attempt = (n: number): AttemptRef => ({
  n,
  uuid: `aaaaaaaa-0000-4000-8000-${String(n).padStart(12, "0")}`,
});

/** Any git command in a directory, as a person would run it, without the person's own settings. */
export function git(cwd: string, ...args: string[]): string {
  return execFileSync("git", args, { cwd, encoding: "utf8", env: personal(), stdio: ["ignore", "pipe", "pipe"] });
}

export const personal = (): Record<string, string> => ({
  ...gitEnvironment("home", process.env),
  GIT_AUTHOR_NAME: "person",
  GIT_AUTHOR_EMAIL: "person@example.org",
  GIT_COMMITTER_NAME: "person",
  GIT_COMMITTER_EMAIL: "person@example.org",
});

export async function add(
  store: Store,
  creation: Partial<Creation> & { title: string },
  act = acting(),
): Promise<Issue> {
  const wanted: Creation = { type: "task", priority: 2, ...creation };
  const made: Created = await store.transact(act, (snapshot) => create(snapshot, act, wanted));
  return made.issue;
}

/** A clone that somebody edits by hand and pushes. */
export function cloneOf(store: Store): string {
  const clone = join(tempDir(), "clone");
  git("/", "clone", "--quiet", gitDirOf(store.home), clone);
  return clone;
}

/** An issue as it stands in a line, with these fields. */
export function issueOf(id: string, over: Record<string, unknown> = {}): Issue {
  const at = "2026-03-01T12:00:00.000Z";
  return { id, title: id, status: "open", priority: 2, issue_type: "task", created_at: at, updated_at: at, ...over };
}

export const edge = (
  from: string,
  to: string,
  type = "blocks",
  metadata = "{}",
): NonNullable<Issue["dependencies"]>[number] => ({
  issue_id: from,
  depends_on_id: to,
  type: asEdgeType(type),
  metadata,
});

const rawLine = z.strictObject({ shard: z.string(), line: z.string() });

/** A snapshot of lines in memory, without any git; a text is a line as it stands. */
export function inMemory(lines: readonly Readonly<Record<string, unknown>>[], prefix = "tt"): Snapshot {
  const texts = new Map<string, string>();
  for (const line of lines) {
    const raw = rawLine.safeParse(line);
    const [name, text] = raw.success
      ? [raw.data.shard, raw.data.line]
      : [shardOf(String(line["id"])), JSON.stringify(line)];
    texts.set(name, `${texts.get(name) ?? ""}${text}\n`);
  }
  const shards = SHARD_NAMES.map((name) => parseShard(name, texts.get(name) ?? ""));
  const frame = { tip: "0".repeat(40), root: [], issues: TreeBytes.of([]), meta: emptyMeta(prefix) };
  return new Snapshot(deriveWhole(frame, shards), {
    shards: (names) => names.flatMap((name) => shards.find((shard) => shard.name === name) ?? []),
    memories: () => "",
  });
}

/** What is derived as plain data, its live issues as issues: to be compared. */
export const plain = (derived: Derived): unknown => ({
  ...derived,
  issues: derived.issues.entries,
  parts: Object.fromEntries(
    Object.entries(derived.parts).map(([name, part]) => [
      name,
      { ...part, live: part.live.values, briefs: part.briefs.values, closed: part.closed?.values },
    ]),
  ),
});

/** All of these in one commit, as they are. */
export async function addAll(store: Store, issues: readonly Issue[]): Promise<void> {
  await store.transact(acting(), () => ({
    kind: "commit",
    event: "import",
    subject: "all",
    issues,
    result: undefined,
  }));
}

/** What may become of a file with a line for each shard. */
export const SPOILED_LINES: readonly [what: string, spoil: (path: string) => void][] = [
  ["is gone", (path) => rmSync(path)],
  ["is cut short", (path) => writeFileSync(path, readFileSync(path).subarray(0, -3))],
  ["has zeros in it", (path) => writeFileSync(path, readFileSync(path).fill(0, 60, 90))],
  [
    "is of other objects",
    (path) => writeFileSync(path, readFileSync(path, "utf8").replaceAll(/ [0-9a-f]{40} /g, ` ${"1".repeat(40)} `)),
  ],
  ["is a directory", (path) => (rmSync(path), mkdirSync(path))],
];

/** git's trees and commits as bytes (gitformat: `<mode> <name>\0<20 bytes>` an entry; headers, a blank line, a message). */
import { StoreError } from "../errors.ts";

export interface TreeEntry {
  readonly mode: string;
  readonly name: string;
  readonly oid: string;
}

export function parseTree(bytes: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(32, at);
    const zero = bytes.indexOf(0, space);
    if (space < 0 || zero < 0) throw new StoreError("unreadable", "a git tree is cut short");
    entries.push({
      mode: bytes.toString("latin1", at, space),
      name: bytes.toString("utf8", space + 1, zero),
      oid: bytes.toString("hex", zero + 1, zero + 21),
    });
    at = zero + 21;
  }
  return entries;
}

/** git sorts a directory as if its name ended in a slash, and by bytes. */
function sorted(entries: readonly TreeEntry[]): TreeEntry[] {
  return entries
    .map((entry) => ({ entry, key: Buffer.from(entry.mode === "40000" ? `${entry.name}/` : entry.name) }))
    .sort((a, b) => Buffer.compare(a.key, b.key))
    .map(({ entry }) => entry);
}

export function encodeTree(entries: readonly TreeEntry[]): Buffer {
  return Buffer.concat(
    sorted(entries).flatMap((e) => [Buffer.from(`${e.mode} ${e.name}\0`), Buffer.from(e.oid, "hex")]),
  );
}

/** The entries with this one put in, in place of one of the same name; in git's order. */
export function withEntry(entries: readonly TreeEntry[], entry: TreeEntry): TreeEntry[] {
  const at = entries.findIndex((e) => e.name === entry.name);
  return at >= 0 && entries[at]?.mode === entry.mode
    ? entries.with(at, entry)
    : sorted([...entries.filter((e) => e.name !== entry.name), entry]);
}

export interface Person {
  readonly name: string;
  readonly email: string;
}

/** git drops these from a name, and an empty one is refused. */
function identity(person: Person, seconds: number): string {
  const clean = (value: string): string =>
    value.replaceAll(/[<>\n\r\0]/g, "").replaceAll(/^[\s.,:;"'\\]+|[\s.,:;"'\\]+$/g, "");
  return `${clean(person.name) || "unknown"} <${clean(person.email)}> ${seconds} +0000`;
}

export interface CommitData {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  /** Seconds since 1970. */
  readonly seconds: number;
  readonly message: string;
}

export function encodeCommit(commit: CommitData): Buffer {
  const headers = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${identity(commit.author, commit.seconds)}`,
    `committer ${identity(commit.committer, commit.seconds)}`,
  ];
  return Buffer.from(`${headers.join("\n")}\n\n${commit.message}`);
}

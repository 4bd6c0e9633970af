/** git's trees and commits as bytes (gitformat: `<mode> <name>\0<20 bytes>` an entry; headers, a blank line, a message). */
import { StoreError } from "../errors.ts";

export interface TreeEntry {
  readonly mode: string;
  readonly name: string;
  readonly oid: string;
}

/** Before a name that is no UTF-8: half a character, which no text has; its bytes follow, each a character. */
const RAW = "\udcff";

function nameOf(bytes: Buffer, from: number, to: number): string {
  const name = bytes.toString("utf8", from, to);
  if (!name.includes("\ufffd") || Buffer.from(name).equals(bytes.subarray(from, to))) return name;
  return RAW + bytes.toString("latin1", from, to);
}

const bytesOf = (text: string): Buffer =>
  text.startsWith(RAW) ? Buffer.from(text.slice(RAW.length), "latin1") : Buffer.from(text);

export function parseTree(bytes: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(32, at);
    const zero = bytes.indexOf(0, space);
    if (space < 0 || zero < 0) throw new StoreError("unreadable", "a git tree is cut short");
    entries.push({
      mode: bytes.toString("latin1", at, space),
      name: nameOf(bytes, space + 1, zero),
      oid: bytes.toString("hex", zero + 1, zero + 21),
    });
    at = zero + 21;
  }
  return entries;
}

/** git sorts a directory as if its name ended in a slash, and by bytes. */
const sortKey = ({ mode, name }: TreeEntry): string => (mode === "40000" ? `${name}/` : name);

/** Only for ASCII names, whose bytes are their characters. */
function isSorted(entries: readonly TreeEntry[]): boolean {
  let before = "";
  return entries.every((entry) => {
    const key = sortKey(entry);
    const follows = before < key && /^[ -~]+$/.test(key);
    before = key;
    return follows;
  });
}

/** In git's order. Most are so already, and 256 need 1 ms to be sorted at a process's start. */
function sorted(entries: readonly TreeEntry[]): readonly TreeEntry[] {
  if (isSorted(entries)) return entries;
  return entries
    .map((entry) => ({ entry, key: bytesOf(sortKey(entry)) }))
    .sort((a, b) => Buffer.compare(a.key, b.key))
    .map(({ entry }) => entry);
}

const OID_BYTES = 20;

export function encodeTree(unsorted: readonly TreeEntry[]): Buffer {
  const entries = sorted(unsorted);
  const heads = entries.map(({ mode, name }) =>
    name.startsWith(RAW) ? Buffer.concat([bytesOf(`${mode} `), bytesOf(name), bytesOf("\0")]) : `${mode} ${name}\0`,
  );
  const bytes = Buffer.allocUnsafe(heads.reduce((size, head) => size + Buffer.byteLength(head) + OID_BYTES, 0));
  let at = 0;
  entries.forEach(({ oid }, index) => {
    const head = heads[index] ?? "";
    at += typeof head === "string" ? bytes.write(head, at) : head.copy(bytes, at);
    at += bytes.write(oid, at, "hex");
  });
  return bytes;
}

/** The entries with this one put in, in place of one of the same name; in git's order. */
export function withEntry(entries: readonly TreeEntry[], entry: TreeEntry): readonly TreeEntry[] {
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

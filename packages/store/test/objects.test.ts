/** Objects as bytes, against git itself. */
import { execFileSync } from "node:child_process";
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { newObject, writeObjects } from "../src/git/new-object.ts";
import { readObjects, tryReadObjects } from "../src/git/objects.ts";
import { TreeBytes } from "../src/git/tree-bytes.ts";
import { encodeCommit, encodeTree, parseTree, type TreeEntry } from "../src/git/tree.ts";
import { git, newStore } from "./support.ts";

const hash = (type: string, bytes: Buffer): string =>
  execFileSync("git", ["hash-object", "-t", type, "--stdin", "--literally"], {
    input: bytes,
    encoding: "utf8",
    cwd: "/",
  }).trim();

const contents = [Buffer.alloc(0), Buffer.from("text\n"), Buffer.from([0, 255, 10, 0]), Buffer.alloc(300_000, "ab")];

const textOf = (bytes: Buffer): string => bytes.toString("latin1");

test("a blob's id is git's", () => {
  for (const bytes of contents) expect(newObject("blob", bytes).oid).toBe(hash("blob", bytes));
});

test("trees are sorted as git sorts them, and read back", async () => {
  const store = await newStore();
  const blob = newObject("blob", Buffer.from("x"));
  const inner = newObject("tree", encodeTree([{ mode: "100644", name: "f", oid: blob.oid }]));
  const file = (name: string): TreeEntry => ({ mode: "100644", name, oid: blob.oid });
  // A directory sorts as if it ended in a slash: after "issues.x", before "issues0".
  const entries = [
    file("issues0"),
    { mode: "40000", name: "issues", oid: inner.oid },
    file("issues.x"),
    file("B"),
    file("é"),
    file("a"),
  ];
  const tree = newObject("tree", encodeTree(entries));
  writeObjects(store.gitDir, [blob, inner, tree]);
  expect(hash("tree", tree.bytes)).toBe(tree.oid);
  const listed = git(store.home, "ls-tree", "-z", "--name-only", tree.oid).split("\0").filter(Boolean);
  expect(parseTree(tree.bytes).map((entry) => entry.name)).toEqual(listed);
  const made = execFileSync("git", ["--git-dir", store.gitDir, "mktree"], {
    input: entries.map((e) => `${e.mode} ${e.mode === "40000" ? "tree" : "blob"} ${e.oid}\t${e.name}\n`).join(""),
    encoding: "utf8",
    cwd: "/",
  });
  expect(made.trim()).toBe(tree.oid);
});

test("a tree as bytes says and becomes what its entries do, of names and modes of all kinds", () => {
  const oid = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString("hex"));
  const entry = fc.record({
    mode: fc.constantFrom("100644", "100644", "100755", "40000"),
    name: fc.constantFrom("00.jsonl", "0.jsonl", "01.jsonl", "é", "a", "a.b", "a0", "a100644 00.jsonl"),
    oid,
  });
  const tree = fc.uniqueArray(entry, { selector: ({ name }) => name });
  fc.assert(
    fc.property(tree, entry, (entries, one) => {
      const known = encodeTree(entries);
      for (const made of [
        TreeBytes.of(entries),
        TreeBytes.from(known),
        TreeBytes.fromBase64(known.toString("base64")),
      ]) {
        expect(made.bytes).toEqual(known);
        expect(made.entries).toEqual(parseTree(known));
        const oid = entries.find((e) => e.mode === "100644" && e.name === one.name)?.oid;
        expect([made.oid(one.name), ...made.oids([one.name]), ...made.oids(["none", one.name])]).toEqual([
          oid,
          oid,
          undefined,
          oid,
        ]);
        expect(made.with(one).bytes).toEqual(encodeTree([...entries.filter(({ name }) => name !== one.name), one]));
        expect(made.bytes).toEqual(known);
      }
    }),
  );
});

test("a commit is what git commit-tree makes of the same", async () => {
  const store = await newStore();
  const tree = git(store.home, "rev-parse", "main^{tree}").trim();
  const parent = store.tip();
  const person = { name: "Ann <x> ", email: "ann@example.org" };
  const bytes = encodeCommit({
    tree,
    parents: [parent],
    author: person,
    committer: person,
    seconds: 1_772_366_400,
    message: "subject\n\nbody\n",
  });
  const date = "1772366400 +0000";
  const theirs = execFileSync("git", ["--git-dir", store.gitDir, "commit-tree", tree, "-p", parent], {
    input: "subject\n\nbody\n",
    encoding: "utf8",
    cwd: "/",
    env: {
      ...process.env,
      GIT_AUTHOR_NAME: person.name,
      GIT_AUTHOR_EMAIL: person.email,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: person.name,
      GIT_COMMITTER_EMAIL: person.email,
      GIT_COMMITTER_DATE: date,
    },
  });
  expect(newObject("commit", bytes).oid).toBe(theirs.trim());
});

test("objects are read back loose and packed, in order; the missing are errors in their place", async () => {
  const store = await newStore();
  const objects = contents.map((bytes) => newObject("blob", bytes));
  writeObjects(store.gitDir, objects);
  const absent = "f".repeat(40);
  const read = (): void => {
    // As text: toEqual looks at each byte, for a second.
    const oids = objects.map((object) => object.oid);
    expect(readObjects(store.gitDir, oids).map(textOf)).toEqual(contents.map(textOf));
    const [first, missing, last] = tryReadObjects(store.gitDir, [objects[1]?.oid ?? "", absent, objects[2]?.oid ?? ""]);
    expect([first, last]).toEqual([contents[1], contents[2]]);
    expect(missing).toMatchObject({ code: "unreadable", mend: expect.stringContaining("fsck") });
  };
  read();
  execFileSync("git", ["--git-dir", store.gitDir, "pack-objects", "-q", `${store.gitDir}/objects/pack/pack`], {
    input: objects.map((object) => `${object.oid}\n`).join(""),
    cwd: "/",
  });
  git(store.home, "prune-packed");
  read();
  expect(git(store.home, "fsck", "--strict", "--no-dangling")).toBe("");
});

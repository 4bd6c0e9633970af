/** Whether work is what was approved, by real git: the same on a newer target, another where as much as a mode or a place is another. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

import { gitObjects } from "@fleet/kit/git/own-objects";

import { standingOf } from "../../src/engine/core/approval.ts";
import { replayedOn } from "../../src/engine/shell/land/replayed.ts";
import { workNow } from "../../src/engine/shell/land/work-kept.ts";

const home = mkdtempSync(join(tmpdir(), "fleet-content-"));
const depot = join(home, "depot.git");
const env = process.env;
const ask = async (args: readonly string[]) => await gitObjects(args, { env, gitDir: depot });
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** By path: its text, or its mode and its text, or for a submodule its commit. */
type Files = Readonly<Record<string, string | readonly [mode: string, text: string]>>;
interface Case {
  readonly base: Files;
  readonly approved: Files;
  /** The base and the work as they are now; without them those that were approved. */
  readonly onto?: Files;
  readonly now: Files;
  readonly standing: "holds" | readonly string[];
}

const lines = (...some: (string | number)[]): string => some.map((line) => `${line}\n`).join("");
const block = (who: string, is: boolean): string =>
  lines(`if (${who}) {`, "  log();", `  allow = ${is};`, "  done();", "}");
const twenty = (change: Readonly<Record<number, string>>): string =>
  lines(...Array.from({ length: 20 }, (_, n) => change[n] ?? n));

const CASE = {
  base: { a: twenty({}), "o d\td": "x\n" },
  approved: { a: twenty({ 3: "mine" }), "o d\td": "y\n" },
  onto: { a: twenty({ 1: "theirs\nand more", 18: "theirs" }), "o d\td": "x\n", b: "b\n" },
  now: { a: twenty({ 1: "theirs\nand more", 18: "theirs", 3: "mine" }), "o d\td": "y\n", b: "b\n" },
  standing: "holds",
} satisfies Case;

const CASES: Readonly<Record<string, Case>> = {
  "the same on a newer target": CASE,
  "the same where the target has a part of it already": {
    base: { a: twenty({}), b: "x\n" },
    approved: { a: twenty({ 3: "mine" }), b: "y\n" },
    onto: { a: twenty({ 18: "theirs" }), b: "y\n" },
    now: { a: twenty({ 3: "mine", 18: "theirs" }), b: "y\n" },
    standing: "holds",
  },
  "the same with a line of the target's between its own": {
    base: { a: lines(0, 10, 11, 12, 13, 14) },
    approved: { a: lines(0, "A", 11, 12, "B", 14) },
    onto: { a: lines(0, 10, 11, "mid", 12, 13, 14) },
    now: { a: lines(0, "A", 11, "mid", 12, "B", 14) },
    standing: "holds",
  },
  "the same in a file that the target renamed": {
    base: { a: twenty({}) },
    approved: { a: twenty({ 3: "mine" }) },
    onto: { b: twenty({}) },
    now: { b: twenty({ 3: "mine" }) },
    standing: "holds",
  },
  "its own rename of a file that the target changed": {
    base: { a: twenty({}) },
    approved: { b: twenty({ 3: "mine" }) },
    onto: { a: twenty({ 18: "theirs" }) },
    now: { b: twenty({ 3: "mine", 18: "theirs" }) },
    standing: "holds",
  },
  "nothing, on a newer target": {
    base: { a: "1" },
    approved: { a: "1" },
    onto: { a: "2" },
    now: { a: "2" },
    standing: "holds",
  },
  "nothing that became something": { base: { a: "1" }, approved: { a: "1" }, now: { a: "1", e: "" }, standing: ["e"] },
  "the change of one block, made in another that looks alike": {
    base: { a: block("admin", false) + block("user", false) },
    approved: { a: block("admin", false) + block("user", true) },
    now: { a: block("admin", true) + block("user", false) },
    standing: ["a"],
  },
  "a line elsewhere among others that are alike": {
    base: { a: lines("x", "x", "x", "x", "x", "x") },
    approved: { a: lines("x", "x", "NEW", "x", "x", "x", "x") },
    now: { a: lines("x", "x", "x", "NEW", "x", "x", "x") },
    standing: ["a"],
  },
  "the same files on a newer target, whose changes they take back": {
    base: { a: "1\n", t: "old\n" },
    approved: { a: "2\n", t: "old\n" },
    onto: { a: "1\n", t: "new\n" },
    now: { a: "2\n", t: "old\n" },
    standing: ["t"],
  },
  "where the target changed the same lines": {
    base: { a: "1\n" },
    approved: { a: "2\n" },
    onto: { a: "3\n" },
    now: { a: "2\n" },
    standing: ["a"],
  },
  "another blank": { base: { a: "1\n" }, approved: { a: "2\n" }, now: { a: "2 \n" }, standing: ["a"] },
  "another line end": { base: { a: "1\n" }, approved: { a: "2\n" }, now: { a: "2\r\n" }, standing: ["a"] },
  "no line end any more": { base: { a: "1\n" }, approved: { a: "2\n" }, now: { a: "2" }, standing: ["a"] },
  "another mode": { base: { a: "1" }, approved: { a: "2" }, now: { a: ["100755", "2"] }, standing: ["a"] },
  "a link in the place of a file": {
    base: { a: "1" },
    approved: { a: "b" },
    now: { a: ["120000", "b"] },
    standing: ["a"],
  },
  "another file that is no text": {
    base: { a: "\u{0}1" },
    approved: { a: "\u{0}2" },
    now: { a: "\u{0}3" },
    standing: ["a"],
  },
  "another commit of a submodule": {
    base: { a: "1" },
    approved: { a: "1", s: ["160000", "1".repeat(40)] },
    now: { a: "1", s: ["160000", "2".repeat(40)] },
    standing: ["s"],
  },
  "a file under another name": {
    base: { a: "1" },
    approved: { a: "1", b: "" },
    now: { a: "1", c: "" },
    standing: ["b", "c"],
  },
  "a part of it alone": {
    base: { a: "1", b: "1" },
    approved: { a: "2", b: "2" },
    now: { a: "2", b: "1" },
    standing: ["b"],
  },
};

const commits = new Map<Files, string>();

/** All of them in one process. */
beforeAll(() => {
  execFileSync("git", ["init", "-q", "--bare", depot]);
  const wanted = [
    ...new Set(Object.values(CASES).flatMap(({ base, approved, onto, now }) => [base, approved, onto ?? base, now])),
  ];
  const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const file = ([path, is]: [string, Files[string]]): string => {
    const [mode, text] = typeof is === "string" ? ["100644", is] : is;
    const name = JSON.stringify(path);
    return mode === "160000" ? `M 160000 ${text} ${name}\n` : `M ${mode} inline ${name}\n${data(text)}`;
  };
  const input = wanted.map(
    (files, n) =>
      `commit refs/heads/c${n}\nmark :${n + 1}\ncommitter P <p@example.org> ${n} +0000\n${data("c")}${Object.entries(files).map(file).join("")}`,
  );
  execFileSync("git", ["fast-import", "--quiet"], { env: { ...env, GIT_DIR: depot }, input: input.join("\n") });
  const listed = execFileSync("git", ["for-each-ref", "--format=%(refname:short) %(objectname)"], {
    env: { ...env, GIT_DIR: depot },
    encoding: "utf8",
  });
  const named = new Map(
    listed
      .trim()
      .split("\n")
      .map((line): [string, string] => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)]),
  );
  for (const [n, files] of wanted.entries()) commits.set(files, named.get(`c${n}`) ?? "");
});

const oid = (files: Files): string => commits.get(files) ?? "";
const work = (base: Files, head: Files) => ({
  base: oid(base),
  head: oid(head),
  ask,
  depot,
  objects: undefined,
  tip: undefined,
});

it.each(Object.entries(CASES))("an approval, and %s", async (_what, { base, approved, onto = base, now, standing }) => {
  const approval = { base: oid(base), head: oid(approved) };
  const replayed = await replayedOn({ home, env }, approval, work(onto, now));
  const told = standingOf(approval, { base: oid(onto), tree: undefined, content: undefined, replayed });
  expect(told.kind === "holds" ? "holds" : told.moved).toEqual(standing);
});

it("an approval whose commits are gone is known by what was written down", async () => {
  const { content } = await workNow(work(CASE.base, CASE.approved));
  const approval = {
    base: oid(CASE.base),
    head: "0".repeat(40),
    ...(content === undefined ? {} : { content: content.all }),
  };
  const is = work(CASE.onto, CASE.now);
  const replayed = await replayedOn({ home, env }, approval, is);
  expect(replayed).toEqual({ kind: "unknown" });
  expect(standingOf(approval, { ...(await workNow(is)), replayed })).toEqual({ kind: "holds" });
});

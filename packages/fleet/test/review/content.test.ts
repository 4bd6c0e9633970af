/** What work changes, by real git: the same on another commit, another where a file changes in as much as a blank or its mode. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";

import { gitObjects } from "@fleet/kit/git/own-objects";

import { standingOf } from "../../src/engine/core/approval.ts";
import { contentBetween } from "../../src/workspaces/work-content.ts";

const dir = mkdtempSync(join(tmpdir(), "fleet-content-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const person = ["-c", "user.name=P", "-c", "user.email=p@example.org", "-c", "commit.gpgSign=false"];
const git = (...args: string[]): string =>
  execFileSync("git", [...person, ...args], { cwd: dir, encoding: "utf8" }).trim();
const ask = async (args: readonly string[]) => await gitObjects(args, { env: process.env, gitDir: join(dir, ".git") });

/** A commit with these files on top of another one. */
function commit(on: string, files: Readonly<Record<string, string>>): string {
  git("checkout", "-q", "--detach", on);
  for (const [path, text] of Object.entries(files)) writeFileSync(join(dir, path), text);
  git("add", "-A");
  git("commit", "-q", "--allow-empty", "-m", "c");
  return git("rev-parse", "HEAD");
}

it("an approval holds over a clean replay, and not over another change, a blank or a mode", async () => {
  git("init", "-q");
  const lines = Array.from({ length: 20 }, (_, n) => `line ${n}`);
  const text = (change: Readonly<Record<number, string>>): string =>
    `${lines.map((line, n) => change[n] ?? line).join("\n")}\n`;
  git("commit", "-q", "--allow-empty", "-m", "first");
  const base = commit("HEAD", { a: text({}), "o d\td": "x\n" });
  const head = commit(base, { a: text({ 3: "mine" }), "o d\td": "y\n" });
  const approved = await contentBetween(ask, base, head);
  if (approved === undefined) throw new Error("git could not tell");
  expect(Object.keys(approved.files ?? {}).sort()).toEqual(["a", "o d\td"]);
  const approval = { tree: "t", content: approved.all, files: { ...approved.files } };
  const standing = async (from: string, to: string) =>
    standingOf(approval, { tree: undefined, content: await contentBetween(ask, from, to, ["a", "o d\td"]) });

  const newer = commit(base, { a: text({ 1: "theirs\nand more", 18: "theirs" }), b: "b\n" });
  const replayed = commit(newer, { a: text({ 1: "theirs\nand more", 18: "theirs", 3: "mine" }), "o d\td": "y\n" });
  expect(await standing(newer, replayed)).toEqual({ kind: "holds" });
  // A part of it is there already.
  const half = commit(newer, { "o d\td": "y\n" });
  expect(await standing(half, commit(half, { a: text({ 1: "theirs\nand more", 18: "theirs", 3: "mine" }) }))).toEqual({
    kind: "holds",
  });

  expect(await standing(base, commit(base, { a: text({ 3: "mine " }), "o d\td": "y\n" }))).toEqual({
    kind: "void",
    moved: ["a"],
  });
  expect(await standing(base, commit(head, { c: "c\n" }))).toEqual({ kind: "void", moved: ["c"] });
  git("checkout", "-q", "--detach", head);
  chmodSync(join(dir, "a"), 0o755);
  expect(await standing(base, commit("HEAD", {}))).toEqual({ kind: "void", moved: ["a"] });
  git("reset", "-q", "--hard");
});

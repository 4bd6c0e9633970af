/** A snapshot of a person's directory at the end of each attempt in it, in a depot of fleet's own. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { attemptsOf } from "../../src/attempts/records/paths.ts";
import { readTaken } from "../../src/attempts/records/taken.ts";
import { journalPath } from "../../src/engine/shell/state/journal.ts";
import { Fleet } from "../support/fleet.ts";
import { pictureOf } from "./support.ts";

const gitOf =
  (env: Fleet["env"]) =>
  (dir: string, ...args: string[]): string =>
    execFileSync("git", args, { cwd: dir, env, encoding: "utf8" }).trim();

test("the files of a plain directory are in the depot at the end of each attempt, and nothing of its .git changes", async () => {
  await using fleet = await Fleet.make();
  const { project, home, root } = fleet;
  const git = gitOf(fleet.env);
  const without = join(root, "without");
  mkdirSync(without);
  fleet.configure({ snapshots: "on" }, `projects:\n  ${without}:\n    snapshots: "off"\n`);
  for (const dir of [project, without]) {
    git(dir, "init", "-q");
    writeFileSync(join(dir, "a"), "a\n");
    writeFileSync(join(dir, ".gitignore"), "ignored\n");
    mkdirSync(join(dir, "was-dir"));
    writeFileSync(join(dir, "was-dir", "f"), "f\n");
    git(dir, "add", "-A");
    git(dir, "commit", "-qm", "first");
  }
  // Of the person, before the attempt.
  writeFileSync(join(project, "mine"), "mine\n");
  writeFileSync(join(project, "staged"), "staged\n");
  git(project, "add", "staged");
  git(project, "init", "-q", "inner");
  const before = pictureOf(join(project, ".git"));
  const script =
    "echo changed > a; echo new > n; echo i > ignored; truncate -s 60M large; mkdir -p inner; echo x > inner/x; rm -r was-dir; echo x > was-dir";
  const [id, other] = [await fleet.task("work", script), await fleet.task("other", script, { cwd: without })];
  await fleet.supervise();
  await Promise.all([fleet.settled(id, "closed"), fleet.settled(other, "closed")]);
  expect(pictureOf(join(project, ".git"))).toEqual(before);
  const taken = readTaken(attemptsOf(home, id)[0]?.dir ?? "");
  expect(taken).toMatchObject({ kind: "taken", left: ["large (too large)"] });
  const depot = taken?.kind === "taken" ? taken.depot : "";
  const at = `refs/attempts/${id}/1`;
  expect(git(depot, "ls-tree", "-r", "--name-only", `${at}/snapshot`).split("\n")).toEqual([
    ".gitignore",
    "a",
    "mine",
    "n",
    "staged",
    "was-dir",
  ]);
  expect(git(depot, "rev-parse", `${at}/base`)).toBe(git(project, "rev-parse", "HEAD"));
  expect(git(depot, "fsck", "--connectivity-only", "--no-dangling")).toBe("");
  expect(readFileSync(journalPath(home), "utf8")).toContain("not in its snapshot: large (too large)");
  expect(readTaken(attemptsOf(home, other)[0]?.dir ?? "")).toBeUndefined();
  // What is there later is not of the attempt; what the person had before is not, either.
  writeFileSync(join(project, "a"), "later\n");
  expect(await fleet.ok(["task", id, "diff", "--attempt", "1", "--name-only"])).toBe("a\nn\nwas-dir\nwas-dir/f\n");
  expect(await fleet.ok(["task", id, "diff", "--attempt", "1"])).toContain("+changed\n");
  expect(await fleet.ok(["task", id, "diff"])).toContain("+later\n");
  rmSync(project, { recursive: true });
  expect(await fleet.ok(["task", id, "diff"])).toContain("+changed\n");
  expect(existsSync(join(home, "work", ".tmp"))).toBe(true);
});

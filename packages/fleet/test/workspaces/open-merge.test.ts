/** A merge left open in a workspace: as git leaves one, with nothing lost, whatever ends the making of it. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { MERGE_POINTS } from "../../src/workspaces/making.ts";
import { type Merging, openMerge } from "../../src/workspaces/open-merge.ts";
import { some } from "../../../kit/test/runs.ts";
import { ensureIn, type Ground, Killed, killedAt, makeGround } from "./support.ts";

/** The task and main have changed f; main has a new file, and the task one that it did not commit. */
async function diverged(): Promise<{ ground: Ground; merging: Merging; dir: string }> {
  const ground = makeGround();
  const record = await ensureIn(ground);
  const { dir } = record;
  writeFileSync(join(dir, "f"), "of the task\n");
  ground.gitIn(dir, "-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "-qam", "task");
  writeFileSync(join(dir, "left"), "left\n");
  ground.write("f", "of main\n");
  ground.write("new", "new\n");
  ground.git("add", "-A");
  ground.git("commit", "-qm", "main");
  const from = join(ground.repo, ".git");
  return { ground, dir, merging: { task: "t-1", record, target: "main", tip: ground.git("rev-parse", "main"), from } };
}

const MARKED = "<<<<<<< fleet/t-1\nof the task\n=======\nof main\n>>>>>>> main\n";

test("a conflict is left as git leaves one, what was not committed is on the branch, and committing ends it", async () => {
  const { ground, dir, merging } = await diverged();
  expect(await openMerge(ground.making, merging)).toEqual({ kind: "open", files: ["f"] });
  expect(readFileSync(join(dir, "f"), "utf8")).toBe(MARKED);
  expect(ground.gitIn(dir, "status", "--porcelain")).toBe("UU f\nA  new");
  expect(ground.gitIn(dir, "show", "--name-only", "--format=%an", "HEAD")).toBe("fleet\n\nleft");
  expect(await openMerge(ground.making, merging)).toEqual({ kind: "there" });
  writeFileSync(join(dir, "f"), "of both\n");
  ground.gitIn(dir, "add", "f");
  ground.gitIn(dir, "-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "-q", "--no-edit");
  expect(ground.gitIn(dir, "log", "-1", "--format=%P|%s").split("|")).toEqual([
    expect.stringContaining(merging.tip),
    "Merge branch 'main' into fleet/t-1",
  ]);
  expect(ground.gitIn(dir, "status", "--porcelain")).toBe("");
  expect(await openMerge(ground.making, merging)).toEqual({ kind: "there" });
});

test("an aborted merge is left open again, and leads back to the work", async () => {
  const { ground, dir, merging } = await diverged();
  await openMerge(ground.making, merging);
  ground.gitIn(dir, "merge", "--abort");
  expect(readFileSync(join(dir, "f"), "utf8")).toBe("of the task\n");
  expect(readFileSync(join(dir, "left"), "utf8")).toBe("left\n");
  expect(await openMerge(ground.making, merging)).toEqual({ kind: "open", files: ["f"] });
});

test.each(some(1, MERGE_POINTS))("killed at %s, it is begun again from the work as it was", async (point) => {
  const { ground, dir, merging } = await diverged();
  await expect(openMerge(killedAt(ground, point), merging)).rejects.toThrow(Killed);
  expect(await openMerge(ground.making, merging)).toEqual({ kind: "open", files: ["f"] });
  expect(readFileSync(join(dir, "f"), "utf8")).toBe(MARKED);
  expect(ground.gitIn(dir, "status", "--porcelain")).toBe("UU f\nA  new");
  expect(ground.gitIn(dir, "show", "HEAD:f")).toBe("of the task");
});

test("a file that git ignores there is not written over: the merge is not opened, and everything stays as it is", async () => {
  const { ground, dir, merging } = await diverged();
  ground.write(".env", "of main\n");
  ground.git("add", "-f", ".env");
  ground.git("commit", "-qm", "env");
  writeFileSync(join(dir, ".git/info/exclude"), ".env\n");
  writeFileSync(join(dir, ".env"), "secret\n");
  const tip = ground.git("rev-parse", "main");
  expect(await openMerge(ground.making, { ...merging, tip })).toEqual({
    kind: "not",
    why: `git ignores .env in ${dir}, and main has a file there`,
  });
  expect(readFileSync(join(dir, ".env"), "utf8")).toBe("secret\n");
  expect(ground.gitIn(dir, "status", "--porcelain")).toBe("?? left");
});

test("of what a killed maker left, files that others have made since stay; its own are taken back", async () => {
  const { ground, dir, merging } = await diverged();
  ground.write("more", "line 1\nline 2\n");
  ground.write("large", "a line\n".repeat(300_000));
  ground.write(".gitattributes", "dos eol=crlf\n");
  ground.write("dos", "line 1\nline 2\n");
  ground.git("add", "-A");
  ground.git("commit", "-qm", "more");
  const before = { ...merging, tip: ground.git("rev-parse", "main") };
  await expect(openMerge(killedAt(ground, "merge-files"), before)).rejects.toThrow(Killed);
  writeFileSync(join(dir, ".git/info/exclude"), "new\n.env\n");
  for (const name of ["new", ".env"]) writeFileSync(join(dir, name), "secret\n");
  writeFileSync(join(dir, "more"), "line 1\nli");
  writeFileSync(join(dir, "large"), "a line\n".repeat(200_000));
  writeFileSync(join(dir, "dos"), "line 1\r\nli");
  ground.git("rm", "-q", "new");
  ground.write(".env", "of main\n");
  ground.git("add", "-f", ".env");
  ground.git("commit", "-qm", "env");
  const tip = ground.git("rev-parse", "main");
  const why = `git ignores .env in ${dir}, and main has a file there`;
  expect(await openMerge(ground.making, { ...merging, tip })).toEqual({ kind: "not", why });
  for (const name of ["new", ".env"]) expect(readFileSync(join(dir, name), "utf8")).toBe("secret\n");
  expect(ground.gitIn(dir, "status", "--porcelain")).toBe("");
  expect(readFileSync(join(dir, "f"), "utf8")).toBe("of the task\n");
  ground.git("rm", "-q", ".env");
  ground.git("commit", "-qm", "no env");
  const last = ground.git("rev-parse", "main");
  expect(await openMerge(ground.making, { ...merging, tip: last })).toEqual({ kind: "open", files: ["f"] });
  expect(readFileSync(join(dir, "new"), "utf8")).toBe("secret\n");
});

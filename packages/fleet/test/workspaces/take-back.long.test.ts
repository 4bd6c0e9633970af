/** What an attempt made in repositories inside its clone, and what is broken there, taken into the depot without its configuration: whatever becomes of the workspace, it is there. */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { attemptRefs, type Taken, takeBack } from "../../src/workspaces/take-back.ts";
import type { WorkspaceRecord } from "../../src/workspaces/record.ts";
import { ensureIn, type Ground, makeGround } from "./support.ts";

const takeFrom = async ({ making }: Ground, { dir, depot, branch }: WorkspaceRecord, attempt = "1"): Promise<Taken> =>
  await takeBack(making, { task: "t-1", attempt, depot, top: dir, branch });

test("the work of repositories inside is taken too: what was committed there, and what was not", async () => {
  const ground = makeGround();
  const { gitIn, repo, dir: outside } = ground;
  const record = await ensureIn(ground);
  const { dir, depot } = record;
  gitIn(outside, "init", "-q", "lib");
  gitIn(join(outside, "lib"), "commit", "-q", "--allow-empty", "-m", "lib");
  gitIn(dir, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", join(outside, "lib"), "sub");
  writeFileSync(join(dir, "sub/s"), "s\n");
  gitIn(join(dir, "sub"), "add", "-A");
  gitIn(join(dir, "sub"), "commit", "-qm", "in the submodule");
  gitIn(dir, "init", "-q", "tmp/made");
  writeFileSync(join(dir, "tmp/made/x"), "x\n");
  gitIn(dir, "init", "-q", "own");
  gitIn(join(dir, "own"), "commit", "-q", "--allow-empty", "-m", "in a new repository");
  writeFileSync(join(dir, "own/y"), "y\n");
  const taken = await takeFrom(ground, record);
  expect(taken).toMatchObject({ nested: ["own", "sub", "tmp/made"], left: [] });
  const at = attemptRefs("t-1", "1");
  expect(gitIn(depot, "ls-tree", "-r", "--name-only", `${at}/snapshot`).split("\n")).toEqual([
    ".gitmodules",
    "f",
    "own",
    "packages/api/a",
    "sub",
  ]);
  expect(gitIn(depot, "log", "--format=%s", `${at}/nested/0/heads/main`)).toBe("in a new repository");
  expect(gitIn(depot, "show", `${at}/nested/0/snapshot:y`)).toBe("y");
  expect(gitIn(depot, "log", "-1", "--format=%s", `${at}/nested/1/heads/main`)).toBe("in the submodule");
  expect(gitIn(depot, "show", `${at}/nested/2/snapshot:x`)).toBe("x");
  expect(existsSync(join(repo, "own"))).toBe(false);
});

test("a ref that leads to something missing is named, and the rest is kept", async () => {
  const ground = makeGround();
  const { gitIn } = ground;
  const record = await ensureIn(ground);
  const { dir, depot } = record;
  gitIn(dir, "checkout", "-qb", "broken");
  writeFileSync(join(dir, "b"), "b\n");
  gitIn(dir, "add", "b");
  gitIn(dir, "commit", "-qm", "b");
  const blob = gitIn(dir, "rev-parse", "HEAD:b");
  gitIn(dir, "checkout", "-q", "fleet/t-1");
  rmSync(join(dir, ".git/objects", blob.slice(0, 2), blob.slice(2)));
  gitIn(dir, "commit", "-q", "--allow-empty", "-m", "kept");
  const taken = await takeFrom(ground, record);
  expect(taken.left).toEqual([expect.stringContaining("heads/broken (")]);
  expect(gitIn(depot, "log", "-1", "--format=%s", `${attemptRefs("t-1", "1")}/branch`)).toBe("kept");
});

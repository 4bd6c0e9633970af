/** What a lander that died left is put right without anybody who lands again. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { encodeId, ownId } from "@fleet/kit/process/id";
import { expect, test } from "vitest";

import { writeActive } from "../../src/landing/active.ts";
import { branchMover } from "../../src/landing/branch-mover.ts";
import { land } from "../../src/landing/land.ts";
import { leftMoves, recoverAll } from "../../src/landing/recover.ts";
import { landingDir } from "../../src/workspaces/paths.ts";
import { endOf, Killed, killedAt, makeField } from "./support.ts";

test("the checkout of a target is free and whole again after its lander was killed in it, and what changed is told", async () => {
  const field = makeField(branchMover);
  const { git, work, write, lander, home, env, repo } = field;
  await work("t-1", { a: "1\n", f: "of t-1\n" });
  git("checkout", "-q", "main");
  await expect(land(killedAt(lander, "ref"), await field.landing("t-1"))).rejects.toThrow(Killed);
  const dir = landingDir(home, join(repo, ".git"));
  // As a lander that was killed leaves it: the lock is that of a process that began at another time.
  writeFileSync(`${dir}.lock`, `${encodeId({ ...ownId(), start: "1" })}\n`);
  write("f", "mine\n");
  expect(leftMoves(home)).toMatchObject([{ task: "t-1", target: "main" }]);
  expect(existsSync(join(repo, ".git/index.lock"))).toBe(true);
  expect(await recoverAll({ home, env })).toEqual([{ task: "t-1", told: [expect.stringContaining("f in ")] }]);
  expect(existsSync(join(repo, ".git/index.lock"))).toBe(false);
  expect(git("status", "--porcelain")).toBe("M f");
  expect(leftMoves(home)).toEqual([]);
  expect(await endOf(field, "t-1")).toBe("was there");
});

test("the move of a lander that works is left to it", async () => {
  const field = makeField(branchMover);
  const { home, env, repo, git, work } = field;
  await work("t-1", { a: "1\n" });
  const commonDir = join(repo, ".git");
  const dir = landingDir(home, commonDir);
  const at = git("rev-parse", "main");
  writeActive(dir, { source: { top: repo, commonDir }, target: "main", from: at, to: at, task: "t-1" });
  writeFileSync(`${dir}.lock`, `${encodeId(ownId())}\n`);
  expect(await recoverAll({ home, env })).toEqual([]);
  expect(leftMoves(home)).toEqual([]);
});

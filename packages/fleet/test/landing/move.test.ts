/** A target is moved as a whole or not at all, and nothing that a person has not committed is touched. */
import { rmSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { branchMover } from "../../src/landing/branch-mover.ts";
import { MOVE_POINTS, type MovePoint } from "../../src/landing/move.ts";
import { some } from "../../../kit/test/runs.ts";
import { recoverMove } from "../../src/landing/recover-move.ts";
import { beginNote, noteLocks } from "../../src/landing/note.ts";
import { expectMoved, expectWait } from "./cases.ts";
import { Killed, Repository, useTemplate } from "./repository.ts";

useTemplate();

const { moveTarget } = branchMover;

test.for(["beside changes, staged and not, and files that git does not know or ignores", "in a linked working tree"])(
  "moves a target %s",
  async (name) => {
    await expectMoved(new Repository(), name);
  },
);

test.for(["an ignored file where a new one is to be", "a changed file", "a rebase of the target", "a locked branch"])(
  "waits for %s, and touches nothing",
  async (name) => {
    await expectWait(new Repository(), name);
  },
);

/** A person's own work, which is there before and after. */
function work(its: Repository): void {
  its.write("other", "mine\n");
  its.write("notes", "n\n");
  its.write("x.log", "ignored\n");
}

test.for(some(2, MOVE_POINTS))(
  "is put right by the next start when it is killed at %s, and moves then",
  async (point) => {
    const its = new Repository();
    work(its);
    const before = { status: its.status(), files: its.files() };
    await expect(moveTarget(its.killedAt(point), its.move)).rejects.toThrow(Killed);
    expect(await recoverMove(its.moving, its.move)).toEqual([]);
    expect(its.left()).toEqual([]);
    expect(its.status()).toBe(before.status);
    const hasMoved = (["ref", "index"] satisfies MovePoint[]).some((one) => one === point);
    expect(its.tip()).toBe(hasMoved ? its.move.to : its.move.from);
    if (hasMoved) return;
    expect(its.files()).toEqual(before.files);
    expect(await moveTarget(its.moving, its.move)).toEqual({ kind: "moved" });
    expect(its.status()).toBe(before.status);
  },
);

test("leaves and reports changes made after the kill, and finishes the rest", async () => {
  const its = new Repository();
  await expect(moveTarget(its.killedAt("ref"), its.move)).rejects.toThrow(Killed);
  its.write("changed", "mine\n");
  unlinkSync(join(its.repo, "new/deep/file"));
  expect(await recoverMove(its.moving, its.move)).toEqual([expect.stringContaining("changed in")]);
  expect(its.status()).toBe(" M changed\n");
  expect(its.left()).toEqual([]);
});

test("another process's lock stays when a killed move is repaired", async () => {
  const its = new Repository();
  for (const path of ["index.lock", "HEAD.lock", "refs/heads/main.lock"])
    writeFileSync(join(its.repo, ".git", path), path === "index.lock" ? "" : `${its.move.from}\n`);
  expect(await recoverMove(its.moving, its.move)).toEqual([]);
  expect(its.left().sort()).toEqual(["HEAD.lock", "index.lock", "refs/heads/main.lock"]);
});

test("recognizes a lock that git took for a move, and reports an empty one without a record to a person", async () => {
  const its = new Repository();
  its.git("switch", "-qc", "mine");
  const [head, main] = ["HEAD.lock", "refs/heads/main.lock"].map((name) => join(its.repo, ".git", name));
  beginNote(its.moving, its.move);
  for (const path of [head ?? "", main ?? ""]) writeFileSync(path, "");
  noteLocks(its.moving, its.move);
  // Another file of the same name: somebody else's.
  rmSync(head ?? "");
  writeFileSync(head ?? "", "");
  expect(await recoverMove(its.moving, its.move)).toEqual([expect.stringContaining(`rm ${head}`)]);
  expect(its.left()).toEqual(["HEAD.lock"]);
});

test("a branch made and switched to while the index is locked gets back the files that it has", async () => {
  const its = new Repository();
  const files = its.files();
  const at = (point: MovePoint): void => {
    if (point === "files") its.git("switch", "-qc", "mine");
  };
  expect(await moveTarget({ ...its.moving, at }, its.move)).toEqual({ kind: "moved" });
  expect(its.tip()).toBe(its.move.to);
  expect(its.status()).toBe("");
  expect(its.files()).toEqual(files);
});

test("a branch made and switched to once the target has moved keeps the files of the candidate", async () => {
  const its = new Repository();
  const at = (point: MovePoint): void => {
    if (point === "ref") its.git("switch", "-qc", "mine");
  };
  expect(await moveTarget({ ...its.moving, at }, its.move)).toEqual({ kind: "moved" });
  expect(its.status()).toBe("");
  expect(its.files()["new/deep/file"]).toBe("new\n");
});

test("rereads a target that moved meanwhile, and puts the files back", async () => {
  const its = new Repository();
  const files = its.files();
  const at = (point: MovePoint): void => {
    if (point === "files")
      its.git("update-ref", "refs/heads/main", its.git("commit-tree", "-p", "main", "-m", "x", "main^{tree}").trim());
  };
  expect(await moveTarget({ ...its.moving, at }, its.move)).toMatchObject({ kind: "again" });
  expect(its.status()).toBe("");
  expect(its.files()).toEqual(files);
  expect(its.left()).toEqual([]);
});

test("an index written after our lock was removed keeps what was staged in it", async () => {
  const its = new Repository();
  const at = (point: MovePoint): void => {
    if (point !== "ref") return;
    rmSync(join(its.repo, ".git/index.lock"));
    its.write("other", "mine\n");
    its.git("add", "other");
  };
  await moveTarget({ ...its.moving, at }, its.move);
  await recoverMove(its.moving, its.move);
  expect(its.status()).toBe("M  other\n");
});

test("a checkout of the target that began before the move is brought along", async () => {
  const its = new Repository();
  its.git("switch", "-qc", "mine");
  its.write("notes", "n\n");
  const at = (point: MovePoint): void => {
    // As a checkout does that read the branch before it was moved: it has the old files and the old index.
    if (point === "ref") its.git("symbolic-ref", "HEAD", "refs/heads/main");
  };
  expect(await moveTarget({ ...its.moving, at }, its.move)).toEqual({ kind: "moved" });
  expect(its.status()).toBe("?? notes\n");
  expect(its.left()).toEqual([]);
});

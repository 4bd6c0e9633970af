/** Deleting a workspace by positive proof, and putting one back. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { fateOf, isForNobody, isRefDone, isUnused, type WorkspaceFacts } from "../../src/engine/core/collect.ts";

import { keptIn, lastKept } from "../../src/workspaces/kept.ts";
import { readWorkspace, type WorkspaceRecord } from "../../src/workspaces/record.ts";
import { removeWorkspace } from "../../src/workspaces/remove.ts";
import { before, restoreWorkspace } from "../../src/workspaces/restore.ts";
import { takeBack } from "../../src/workspaces/take-back.ts";
import { ensureIn, type Ground, makeGround } from "./support.ts";

const facts = (over: Partial<WorkspaceFacts> = {}): WorkspaceFacts => ({
  task: "t-1",
  task_is: "closed",
  closedAt: 0,
  unsettled: [],
  inUse: undefined,
  left: [],
  isLetGo: false,
  ...over,
});

test("deletes a workspace only when its task has ended, all of it was kept, it is unused, and it is old", () => {
  const of = (over: Partial<WorkspaceFacts>, now = 2_000): string => {
    const fate = fateOf(facts(over), 1_000, "1s", now);
    return fate.kind === "stays" ? fate.why : fate.kind;
  };
  expect(of({})).toBe("old");
  expect(of({}, 1_000)).toBe("its task was closed less than 1s ago");
  expect(of({ task_is: "live" })).toBe("its task is open");
  expect(of({ task_is: "waiting" })).toBe("its task waits for a person");
  expect(of({ task_is: "unknown" })).toBe("its task can't be read");
  expect(of({ unsettled: ["2"] })).toBe("attempt 2 has no verdict");
  // What could not be kept then may be kept now: that is found out when it goes.
  expect(fateOf(facts({ left: ["the ref x"] }), 1_000, "1s", 2_000)).toEqual({ kind: "old", doubt: ["the ref x"] });
  expect(of({ left: ["the ref x"], isLetGo: true })).toBe("let-go");
  expect(of({ inUse: "process 7 works in /w", isLetGo: true })).toBe("process 7 works in /w");
});

test("a depot lives as long as a task that needs it", () => {
  const isOver = (task: string): boolean => task === "over";
  const none = { attempted: [], begun: [], borrowers: [], changes: [], unread: [] };
  expect(isUnused({ ...none, begun: ["over"] }, isOver)).toBe(true);
  expect(isUnused({ ...none, begun: ["over", "open"] }, isOver)).toBe(false);
  expect(isUnused({ ...none, attempted: ["over"] }, isOver)).toBe(false);
  expect(isUnused({ ...none, borrowers: ["over"] }, isOver)).toBe(false);
  expect(isUnused({ ...none, changes: ["of a person"] }, isOver)).toBe(false);
  expect(isUnused({ ...none, unread: ["packed-refs"] }, isOver)).toBe(false);
});

test("what a person had not committed is kept while a task is to begin with it, and while one may be made", () => {
  const [kept, now] = [{ commit: "c", since: 0 }, 7_200_000];
  expect(isForNobody(kept, new Set(), now)).toBe(true);
  expect(isForNobody(kept, new Set(["c"]), now)).toBe(false);
  expect(isForNobody({ ...kept, since: now - 60_000 }, new Set(), now)).toBe(false);
});

test("refs in a person's repository go once nothing asks for them, and never during a landing", () => {
  const land = { kind: "land", isOver: true, closedAt: 0, isMoving: false, isKept: true } as const;
  const goes = (over: Partial<Parameters<typeof isRefDone>[0]>): boolean =>
    isRefDone({ ...land, ...over }, 1_000, 2_000);
  expect(goes({})).toBe(true);
  expect(goes({ closedAt: undefined })).toBe(true);
  expect(goes({ closedAt: 1_500 })).toBe(false);
  expect(goes({ isOver: false })).toBe(false);
  expect(goes({ isMoving: true })).toBe(false);
  // A partial clone keeps there what its depot borrows.
  expect(goes({ kind: "base" })).toBe(false);
  expect(goes({ kind: "base", isKept: false })).toBe(true);
});

const take = async ({ making }: Ground, { dir, depot, branch }: WorkspaceRecord, attempt: string) =>
  await takeBack(making, { task: "t-1", attempt, depot, top: dir, branch });

test("what is in a workspace is in the depot before it is deleted, also what came after its last attempt", async () => {
  const ground = makeGround();
  const { gitIn, making, home } = ground;
  const record = await ensureIn(ground);
  const { dir, depot } = record;
  writeFileSync(join(dir, "new"), "1\n");
  await take(ground, record, "1");
  const remove = async (isOver = true) =>
    await removeWorkspace(making, { task: "t-1", isLetGo: false, isOver: () => isOver });
  expect(await remove(false)).toEqual({ kind: "stays", why: "its task was opened again" });
  // It is as its last attempt left it: nothing more is kept of it.
  expect([...(keptIn(depot, "t-1")[0]?.refs.keys() ?? [])].sort()).toEqual(["branch", "snapshot"]);
  writeFileSync(join(dir, "new"), "2\n");
  expect(await remove()).toEqual({ kind: "removed" });
  expect(existsSync(dir)).toBe(false);
  expect(gitIn(depot, "show", "refs/attempts/t-1/1/snapshot:new")).toBe("1");
  expect(gitIn(depot, "show", "refs/attempts/t-1/1/later/snapshot:new")).toBe("2");
  expect(readWorkspace(home, "t-1")).toMatchObject({ ready: false });
  // Another has its ports meanwhile.
  expect((await ensureIn(ground, "t-2")).ports).toBe(10_000);
  const again = await ensureIn(ground);
  expect(again.ports).toBe(10_020);
  expect(gitIn(again.dir, "rev-parse", "HEAD")).toBe(lastKept(keptIn(depot, "t-1"), "t-1", "branch")?.ref.oid);
});

test("a workspace is put back to how it was before an attempt: branch, files and index; what was there is kept", async () => {
  const ground = makeGround();
  const { gitIn, making } = ground;
  const record = await ensureIn(ground);
  const { dir, depot, base } = record;
  writeFileSync(join(dir, "f"), "first\n");
  gitIn(dir, "commit", "-qam", "first");
  writeFileSync(join(dir, "left"), "left\n");
  await take(ground, record, "1");
  const status = gitIn(dir, "status", "--porcelain");
  const tip = gitIn(dir, "rev-parse", "HEAD");
  gitIn(dir, "rm", "-q", "packages/api/a");
  gitIn(dir, "commit", "-qm", "second");
  gitIn(dir, "checkout", "-q", "-b", "elsewhere");
  rmSync(join(dir, "left"));
  writeFileSync(join(dir, "f"), "second\n");
  writeFileSync(join(dir, "more"), "more\n");
  writeFileSync(join(dir, ".git/MERGE_HEAD"), `${base}\n`);
  await take(ground, record, "2");
  writeFileSync(join(dir, "mine"), "of the person\n");
  const back = await restoreWorkspace(making, "t-1", record, before(keptIn(depot, "t-1"), base, 2));
  if (back.kind !== "restored") throw new Error(back.why);
  expect(back.commit).toBe(tip);
  expect(gitIn(dir, "rev-parse", "--abbrev-ref", "HEAD")).toBe("fleet/t-1");
  expect(gitIn(dir, "rev-parse", "HEAD")).toBe(tip);
  expect(gitIn(dir, "status", "--porcelain")).toBe(status);
  expect(readFileSync(join(dir, "f"), "utf8")).toBe("first\n");
  expect(existsSync(join(dir, "packages/api/a"))).toBe(true);
  expect(existsSync(join(dir, "mine"))).toBe(false);
  expect(gitIn(depot, "show", `${back.replaced}/snapshot:mine`)).toBe("of the person");
  expect(gitIn(depot, "show", `${back.replaced}/snapshot:more`)).toBe("more");
  // Deleted now, it is made again as it was put back.
  rmSync(dir, { recursive: true });
  expect(gitIn((await ensureIn(ground)).dir, "rev-parse", "HEAD")).toBe(tip);
  await restoreWorkspace(making, "t-1", record, before(keptIn(depot, "t-1"), base, 1));
  expect(gitIn(dir, "rev-parse", "HEAD")).toBe(base);
  expect(gitIn(dir, "status", "--porcelain")).toBe("");
});

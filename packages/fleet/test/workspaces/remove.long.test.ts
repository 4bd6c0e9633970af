/** Workspaces that stay, and depots whose source was moved or is gone. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { uuid7 } from "@fleet/kit/uuid";

import { keepChanges } from "../../src/workspaces/changes.ts";
import { depotsOf, removeDepot, sourceMoved, sourceOf } from "../../src/workspaces/depots.ts";
import { ensureWorkspace } from "../../src/workspaces/ensure.ts";
import { readWorkspace } from "../../src/workspaces/record.ts";
import { removeWorkspace } from "../../src/workspaces/remove.ts";
import { bundle } from "../../../../scripts/bundle.mjs";
import { isUnused } from "../../src/engine/core/collect.ts";
import { keptIn } from "../../src/workspaces/kept.ts";
import { takeBack } from "../../src/workspaces/take-back.ts";
import { depotDir } from "../../src/workspaces/paths.ts";
import { AS_ANOTHER, canBeAnother, giveToAnother } from "../support/another-user.ts";
import { ensureIn, madeOf, makeGround } from "./support.ts";

const WORKER = join(import.meta.dirname, "worker.ts");

test("a workspace stays while its branch is not in the depot, with the command that gives it back", async () => {
  const ground = makeGround();
  const { gitIn, making } = ground;
  const { dir, base } = await ensureIn(ground);
  const remove = async () => await removeWorkspace(making, { task: "t-1", isLetGo: false, isOver: () => true });
  gitIn(dir, "checkout", "-q", "--detach");
  gitIn(dir, "branch", "-q", "-D", "fleet/t-1");
  const answer = await remove();
  const why = answer.kind === "stays" ? answer.why : "";
  expect(why).toContain(`not kept of it: fleet/t-1, which is not there: git -C ${dir} branch fleet/t-1 ${base}`);
  gitIn(dir, "branch", "fleet/t-1", base);
  expect(await remove()).toEqual({ kind: "removed" });
});

test.runIf(canBeAnother(WORKER))(
  "read-only directories go with their workspace; one that is closed keeps it, by name",
  async () => {
    const ground = makeGround();
    const { home, repo, env } = ground;
    const worker = join(ground.dir, "worker.mjs");
    await bundle(WORKER, worker);
    giveToAnother(ground.dir);
    const [first, ...others] = AS_ANOTHER;
    const act = (...action: string[]): string =>
      execFileSync(first, [...others, process.execPath, worker, home, repo, "t-1", ...action], {
        env,
        encoding: "utf8",
      }).trim();
    expect(act("ensure")).toBe("done");
    const dir = join(home, "work/t-1");
    mkdirSync(join(dir, "cache/module"), { recursive: true });
    writeFileSync(join(dir, "cache/module/x"), "x\n");
    mkdirSync(join(dir, "closed"));
    writeFileSync(join(dir, "closed/y"), "y\n");
    for (const name of ["cache", "closed"]) giveToAnother(join(dir, name));
    for (const name of ["cache/module", "cache", "."]) chmodSync(join(dir, name), 0o555);
    chmodSync(join(dir, "closed"), 0);
    expect(act("remove")).toContain("not kept of it: closed (permission was refused)");
    expect(existsSync(join(dir, "cache/module/x"))).toBe(true);
    chmodSync(join(dir, "closed"), 0o755);
    expect(act("remove")).toBe("done");
    expect(existsSync(dir)).toBe(false);
    const depot = depotDir(home, join(repo, ".git"));
    const own = ["-c", `safe.directory=${depot}`, "ls-tree", "-r", "--name-only"];
    expect(ground.gitIn(depot, ...own, "refs/attempts/t-1/0/later/snapshot").split("\n")).toEqual(
      expect.arrayContaining(["cache/module/x", "closed/y"]),
    );
  },
);

test("what git packs in a depot is kept work all the same", async () => {
  const ground = makeGround();
  const { gitIn, making, home } = ground;
  const { dir, depot, branch } = await ensureIn(ground);
  await takeBack(making, { task: "t-1", attempt: "1", depot, top: dir, branch });
  gitIn(depot, "gc", "-q", "--prune=now");
  expect(existsSync(join(depot, "refs/attempts/t-1/1/branch"))).toBe(false);
  expect(keptIn(depot, "t-1").map(({ attempt, refs }) => [attempt, [...refs.keys()].sort()])).toEqual([
    ["1", ["branch", "snapshot"]],
  ]);
  const [one] = depotsOf(home);
  if (one === undefined) throw new Error("no depot");
  expect(one.attempted).toEqual(["t-1"]);
  expect(isUnused({ ...one, borrowers: [] }, () => true)).toBe(false);
  // One that is lost is not taken for none.
  writeFileSync(join(depot, "packed-refs"), "");
  mkdirSync(join(depot, "refs/attempts/t-1/1"), { recursive: true });
  writeFileSync(join(depot, "refs/attempts/t-1/1/branch"), "");
  expect(() => keptIn(depot, "t-1")).toThrow("what is kept of t-1 can't be read: refs/attempts/t-1/1/branch");
  const broken = depotsOf(home)[0];
  expect(broken?.unread).toEqual(["refs/attempts/t-1/1/branch (it names no commit)"]);
});

test("a workspace in which a process works, or of which something can't be kept, stays", async () => {
  const ground = makeGround();
  const { gitIn, making } = ground;
  const { dir } = await ensureIn(ground);
  const remove = async () => await removeWorkspace(making, { task: "t-1", isLetGo: false, isOver: () => true });
  const inside = spawn("sleep", ["60"], { cwd: dir, stdio: "ignore" });
  const ended = once(inside, "exit");
  try {
    await once(inside, "spawn");
    const busy = await remove();
    expect(busy.kind === "stays" ? busy.why : "").toBe(`process ${inside.pid} works in ${dir}`);
  } finally {
    inside.kill();
    await ended;
  }
  gitIn(dir, "init", "-q", "inner");
  gitIn(join(dir, "inner"), "commit", "-q", "--allow-empty", "-m", "x");
  const head = readFileSync(join(dir, "inner/.git/refs/heads/main"), "utf8").trim();
  rmSync(join(dir, "inner/.git/objects", head.slice(0, 2)), { recursive: true });
  const answer = await remove();
  expect(answer.kind === "stays" ? answer.why : "").toMatch(/^not kept of it: .*fleet gc --let-go t-1/);
  expect(existsSync(dir)).toBe(true);
});

test("a moved source is found again by its commits, a deleted one is reported, and an unused depot is deleted", async () => {
  const ground = makeGround();
  const { repo, home, env, making } = ground;
  const { dir } = await ensureIn(ground);
  // Its base is of no source.
  ground.write("f", "not committed");
  const kept = await keepChanges(making, repo, uuid7(1_800_000_000_000));
  if (kept.kind !== "kept") throw new Error(kept.why);
  const other = await ensureWorkspace(making, {
    task: "t-2",
    cwd: repo,
    base: { kind: "changes", commit: kept.commit },
  });
  rmSync(madeOf(other).dir, { recursive: true });
  const depot = () => {
    const [one] = depotsOf(home);
    if (one === undefined) throw new Error("no depot");
    return one;
  };
  expect(depot()).toMatchObject({
    source: join(repo, ".git"),
    begun: ["t-1", "t-2"],
    attempted: [],
    borrowers: ["t-1"],
  });
  expect(depot().changes).toMatchObject([{ commit: kept.commit, since: 1_800_000_000_000 }]);
  const nowhere = { own: [], others: [] };
  expect((await sourceOf(depot(), nowhere, env)).kind).toBe("there");
  const moved = join(ground.dir, "moved");
  renameSync(repo, moved);
  mkdirSync(repo);
  expect((await sourceOf(depot(), { own: [], others: [repo] }, env)).kind).toBe("gone");
  ground.gitIn(ground.dir, "clone", "-q", moved, "copy");
  const others = [repo, moved, join(ground.dir, "copy")];
  expect((await sourceOf(depot(), { own: [], others }, env)).kind).toBe("several");
  // A clone that has a depot of its own is another repository.
  const own = depot();
  const copied = join(home, "work", `${"0".repeat(16)}.git`);
  mkdirSync(copied);
  writeFileSync(join(copied, "fleet-source"), `${join(ground.dir, "copy/.git")}\n`);
  expect(await sourceOf(own, { own: [join(ground.dir, "copy")], others }, env)).toMatchObject({
    kind: "moved",
    to: { top: moved },
  });
  rmSync(copied, { recursive: true });
  // The directory of a task of its own says which.
  const found = await sourceOf(depot(), { own: [moved], others }, env);
  expect(found.kind).toBe("moved");
  if (found.kind === "moved") sourceMoved(home, depot(), found.to);
  expect(readWorkspace(home, "t-1")?.source).toEqual({ top: moved, common_dir: join(moved, ".git") });
  expect((await sourceOf(depot(), nowhere, env)).kind).toBe("there");
  const unused = (one: { borrowers: readonly string[] }): boolean => one.borrowers.length === 0;
  expect(await removeDepot(making, depot().dir, unused)).toBe(false);
  rmSync(dir, { recursive: true });
  expect(await removeDepot(making, depot().dir, unused)).toBe(true);
  expect(depotsOf(home)).toEqual([]);
});

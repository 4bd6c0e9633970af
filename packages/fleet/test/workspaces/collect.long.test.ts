/** `fleet gc` and `doctor` over workspaces, depots, landing trees and refs in a person's repository; and what can be taken out afterwards. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { readSource } from "@fleet/kit/git/source";

import { ensureTree } from "../../src/landing/tree.ts";
import { ensureWorkspace } from "../../src/workspaces/ensure.ts";
import type { Making } from "../../src/workspaces/making.ts";
import type { WorkspaceRecord } from "../../src/workspaces/record.ts";
import { sourceRef } from "../../src/workspaces/source-refs.ts";
import { takeBack } from "../../src/workspaces/take-back.ts";
import { Fleet } from "../support/fleet.ts";
import { madeOf } from "./support.ts";

interface Bench {
  readonly fleet: Fleet;
  readonly making: Making;
  readonly git: (dir: string, ...args: string[]) => string;
  /** A task that has a workspace in which nothing was done yet. */
  readonly begin: (title: string) => Promise<WorkspaceRecord & { readonly id: string }>;
  readonly take: (record: WorkspaceRecord & { readonly id: string }, attempt: string) => Promise<void>;
  readonly gc: (...args: string[]) => Promise<string>;
}

/** No supervisor: what attempts do is done by hand. */
async function benchOf(fleet: Fleet): Promise<Bench> {
  const { home, project } = fleet;
  const env = Object.fromEntries(
    Object.entries(fleet.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const making: Making = { home, env, now: Date.now };
  const git: Bench["git"] = (dir, ...args) =>
    execFileSync("git", args, { cwd: dir, env, encoding: "utf8", stdio: "pipe" }).trim();
  git(project, "init", "-q");
  writeFileSync(join(project, "f"), "f\n");
  git(project, "add", "-A");
  git(project, "commit", "-qm", "first");
  return {
    fleet,
    making,
    git,
    begin: async (title) => {
      const id = await fleet.task(title, "true");
      return { id, ...madeOf(await ensureWorkspace(making, { task: id, cwd: project })) };
    },
    take: async ({ id, dir, depot, branch }, attempt) =>
      void (await takeBack(making, { task: id, attempt, depot, top: dir, branch })),
    gc: async (...args) => await fleet.ok(["gc", "--older-than", "0s", ...args]),
  };
}

test("what is kept of closed tasks is taken out after gc, each attempt by itself, until it is let go by name", async () => {
  await using fleet = await Fleet.make();
  const { making, git, begin, take, gc } = await benchOf(fleet);
  const { project, home } = fleet;
  const task = await begin("renames and more");
  const { id, dir, depot } = task;
  const binary = Buffer.from([0, 1, 2, 255, 0]);
  writeFileSync(join(dir, "picture"), binary);
  git(dir, "mv", "f", "renamed");
  git(dir, "add", "-A");
  git(dir, "commit", "-qm", "one");
  writeFileSync(join(dir, "left"), "left of one\n");
  await take(task, "1");
  writeFileSync(join(dir, "left"), "left of two\n");
  await take(task, "2");
  writeFileSync(join(dir, "after"), "by a person, afterwards\n");
  await fleet.ok(["bd", "close", id]);
  const before = git(depot, "for-each-ref", "refs/attempts");
  const dry = await gc();
  expect(dry).toMatch(new RegExp(`${id} +workspace .* closed; all of it is kept`));
  expect(dry).toMatch(/Would delete 1 workspace, .*: fleet gc --older-than 0s --yes\n$/);
  expect(existsSync(dir)).toBe(true);
  await gc("--yes");
  expect(existsSync(dir)).toBe(false);
  expect(git(depot, "for-each-ref", "refs/attempts").split("\n")).toEqual(expect.arrayContaining(before.split("\n")));
  // Where a person packs it, it is kept all the same.
  git(depot, "gc", "-q", "--prune=now");
  await gc("--yes");
  expect(existsSync(depot)).toBe(true);
  const shown = async (...args: string[]): Promise<string> => await fleet.ok(["task", id, "diff", ...args]);
  expect(await shown("--name-only")).toBe("after\nleft\npicture\nrenamed\n");
  expect(await shown()).toContain("rename from f\nrename to renamed\n");
  expect(await shown()).toContain("Binary files /dev/null and b/picture differ\n");
  expect(await shown("--attempt", "1")).toContain("+left of one\n");
  expect(await shown("--attempt", "2")).toContain("+left of two\n");
  expect(await shown("--stat")).toContain("f => renamed");
  expect(await fleet.ok(["task", id, "path"])).toBe(`${dir}\n`);
  expect(await fleet.ok(["task", id])).toContain(`${dir} (deleted; what was in it is kept)\n`);
  expect((await fleet.run(["task", id, "open"])).stderr).toContain(`the workspace of ${id} was deleted`);
  const other = await fleet.run(["task", id, "diff", "--attempt", "7"]);
  expect(other.stderr).toContain(`nothing is kept of attempt 7 of ${id}; there are 1, 2`);
  for (const n of [1, 2]) await fleet.ok(["checkout", id, "--attempt", String(n), "--branch", `out-${n}`]);
  expect(git(project, "show", "out-1:left")).toBe("left of one");
  expect(git(project, "show", "out-2:left")).toBe("left of two");
  expect(git(project, "cat-file", "-s", "out-2:picture")).toBe(String(binary.length));
  await fleet.ok(["checkout", id]);
  expect(git(project, "log", "-1", "--format=%s", `fleet/${id}`)).toBe(`${id}, attempt 2: the files at its end`);
  // The repository itself may be gone.
  renameSync(project, `${project}.gone`);
  mkdirSync(project);
  expect(await gc()).toContain(`The repository is gone: fleet checkout ${id} --into ./${id} takes work out`);
  await fleet.ok(["checkout", id, "--attempt", "2", "--into", join(fleet.root, "out"), "--branch", "two"]);
  expect(git(join(fleet.root, "out"), "show", "two:left")).toBe("left of two");
  rmSync(project, { recursive: true });
  renameSync(`${project}.gone`, project);
  expect(await fleet.ok(["gc", "--let-go", id, "--yes"])).toContain("1 depot");
  expect(existsSync(depot)).toBe(false);
  expect((await fleet.run(["checkout", id, "--branch", "gone"])).stderr).toContain("nothing is kept of");
  expect(making.home).toBe(home);
});

test("what a landing needed goes once no open task needs it: its tree, and its refs in the repository", async () => {
  await using fleet = await Fleet.make();
  const { git, begin, take, gc } = await benchOf(fleet);
  const { project, home, env } = fleet;
  const [dropped, open] = [await begin("dropped"), await begin("open")];
  await take(dropped, "1");
  const found = await readSource(project, env);
  if (found.kind !== "source") throw new Error(found.kind);
  const { dir } = await ensureTree(home, env, found.source, dropped.depot);
  const refOf = (id: string): string => `${sourceRef(home, id).replace("/base/", "/land/")}/1`;
  for (const { id } of [dropped, open]) git(project, "update-ref", refOf(id), "HEAD");
  git(project, "update-ref", "refs/fleet/other000/land/x/1", "HEAD");
  await fleet.ok(["bd", "close", dropped.id]);
  const first = JSON.parse(await gc("--yes", "--json"));
  expect(first.landings).toMatchObject([{ dir, goes: false, why: `${open.id} may land in it` }]);
  expect(first.refs).toEqual([{ repository: join(project, ".git"), ref: refOf(dropped.id), task: dropped.id }]);
  expect(git(project, "for-each-ref", "--format=%(refname)", "refs/fleet").split("\n")).toEqual(
    [refOf(open.id), "refs/fleet/other000/land/x/1"].sort(),
  );
  await fleet.ok(["bd", "close", open.id]);
  // A move that a killed lander left is to be looked at first.
  const move = { source: found.source, target: "main", from: "0", to: "1", task: open.id };
  writeFileSync(`${dir}.json`, JSON.stringify(move));
  expect(await gc("--yes")).toContain(`the landing of ${open.id} was interrupted: fleet land ${open.id}`);
  expect(await fleet.ok(["bd", "doctor"])).toContain(
    `the landing of ${open.id} on main of ${project} was ended in the middle`,
  );
  rmSync(`${dir}.json`);
  expect(await gc()).toMatch(/landing tree .* no open task lands in it/);
  await gc("--yes");
  expect(existsSync(dir)).toBe(false);
  expect(git(project, "for-each-ref", "--format=%(refname)", "refs/fleet")).toBe("refs/fleet/other000/land/x/1");
  expect(existsSync(dropped.depot)).toBe(true);
});

test("doctor names problems of workspaces and depots, and its commands fix them as pasted", async () => {
  await using fleet = await Fleet.make();
  const { git, begin, take } = await benchOf(fleet);
  const { project, home, env, root } = fleet;
  const [branchless, elsewhere, borrows, whole] = [
    await begin("branchless"),
    await begin("elsewhere"),
    await begin("borrows"),
    await begin("whole"),
  ];
  await take(branchless, "1");
  git(branchless.dir, "checkout", "-q", "--detach");
  git(branchless.dir, "branch", "-q", "-D", branchless.branch);
  git(elsewhere.dir, "checkout", "-q", "-b", "other");
  writeFileSync(join(borrows.dir, ".git/objects/info/alternates"), "/elsewhere\n");
  rmSync(join(whole.dir, ".git/HEAD"));
  mkdirSync(join(home, "work/.leaving/x.proven"), { recursive: true });
  const old = join(home, "work/.tmp/x.take-1");
  mkdirSync(old, { recursive: true });
  utimesSync(old, 1, 1);
  interface Found {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly fix?: string;
  }
  const found = async (): Promise<Found[]> => {
    const { checks }: { checks: Found[] } = JSON.parse((await fleet.run(["bd", "doctor", "--json"])).stdout);
    return checks.filter(({ name }) => name === "workspace");
  };
  const first = await found();
  expect(first).toHaveLength(6);
  const messages = first.map(({ message }) => message);
  for (const told of [
    `of ${branchless.id} can't be used: ${branchless.branch} is gone`,
    `of ${elsewhere.id} can't be used: another branch is checked out`,
    `of ${borrows.id} can't be used: ${borrows.dir}/.git/objects/info/alternates was changed`,
    `of ${whole.id} can't be used: ${whole.dir} is not a repository any more`,
    "half deleted: x.proven",
    "a killed process left 1 directory",
  ])
    expect(messages).toContainEqual(expect.stringContaining(told));
  const bin = join(root, "bin");
  mkdirSync(bin);
  const command = `#!/bin/sh\nexec ${process.execPath} ${join(import.meta.dirname, "../../dist/fleet.js")} "$@"\n`;
  writeFileSync(join(bin, "fleet"), command, { mode: 0o755 });
  const paste = (line: string): string =>
    execFileSync("sh", ["-c", line], { cwd: root, env: { ...env, PATH: `${bin}:${env["PATH"]}` }, encoding: "utf8" });
  for (const { fix = "false" } of first) paste(fix);
  // What is no repository any more is put aside, and made again by whoever needs it.
  expect((await found()).map(({ message }) => message)).toEqual([`${whole.dir}.broken is of no task`]);
  rmSync(`${whole.dir}.broken`, { recursive: true });
  renameSync(project, `${project}.gone`);
  const [gone] = await found();
  expect(gone?.message).toBe(`the repository ${project}/.git is gone; the work of its tasks is in ${branchless.depot}`);
  paste(gone?.fix ?? "false");
  expect(git(join(root, branchless.id), "log", "--format=%s", branchless.branch)).toBe("first");
  await fleet.ok(["bd", "update", branchless.id, "--cwd", `${project}.gone`]);
  const [moved] = await found();
  expect(moved?.message).toBe(`the repository ${project}/.git is at ${project}.gone/.git now`);
  paste(moved?.fix ?? "false");
  expect(await found()).toEqual([]);
});

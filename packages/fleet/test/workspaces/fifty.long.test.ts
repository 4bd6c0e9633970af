/** Fifty tasks in clones of one repository side by side, by the shell coder: commits, stashes, repositories inside, submodules, files of git-lfs, other branches. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { attemptsOf } from "../../src/attempts/records/paths.ts";
import { readTaken } from "../../src/attempts/records/taken.ts";
import { Fleet } from "../support/fleet.ts";
import { pictureOf } from "./support.ts";

const MANY = Number(process.env["WORKSPACES"] ?? 50);
/** Of so many it is looked at all that the depot has, by git; of the others at their refs. */
const CLOSELY = 5;

/** Its name is its content's digest in git-lfs; here it is only to be found again. */
const lfs = (n: number): string => `abcd${String(n).padStart(60, "0")}`;

const script = (n: number): string =>
  [
    "set -e",
    `echo ${n} > own-${n}; git add -A; git commit -qm "work ${n}"`,
    `echo stashed > stashed-${n}; git stash -q -u`,
    `git checkout -qb side-${n}; git commit -q --allow-empty -m side; git checkout -q -`,
    "git -c protocol.file.allow=always submodule --quiet update --init sub",
    `cd sub; echo ${n} > s; git add s; git commit -qm "in sub ${n}"; cd ..; git add sub; git commit -qm "move sub"`,
    `mkdir -p .git/lfs/objects/ab/cd; echo ${n} > .git/lfs/objects/ab/cd/${lfs(n)}`,
    "git init -q inner; cd inner; echo i > i; git add i; git commit -qm inner; echo left > left; cd ..",
    `echo left > left-${n}`,
  ].join("\n");

/** Without a git: of fifty tasks that would be hundreds. */
const refAt = (depot: string, name: string): string => readFileSync(join(depot, name), "utf8").trim();

test("fifty workspaces side by side keep all that was made in them, and gc deletes them; the repository stays as it is", async () => {
  await using fleet = await Fleet.make({ isolate: "clone", max_concurrent: "12" });
  const { project, home, root } = fleet;
  const git = (dir: string, ...args: string[]): string =>
    execFileSync("git", args, { cwd: dir, env: fleet.env, encoding: "utf8" }).trim();
  git(project, "init", "-q");
  for (let n = 0; n < 200; n++) writeFileSync(join(project, `f${n}`), `${n}\n`);
  git(root, "init", "-q", "module");
  git(join(root, "module"), "commit", "-q", "--allow-empty", "-m", "module");
  git(project, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", join(root, "module"), "sub");
  git(project, "add", "-A");
  git(project, "commit", "-qm", "first");
  writeFileSync(join(project, "mine"), "mine\n");
  const before = pictureOf(project);
  const ids: string[] = [];
  for (let n = 0; n < MANY; n++) ids.push(await fleet.task(`work ${n}`, script(n)));
  await fleet.supervise();
  for (const id of ids) await fleet.settled(id, "closed", 600_000);
  expect(pictureOf(project)).toEqual(before);
  const check = (id: string, n: number): void => {
    const taken = readTaken(attemptsOf(home, id)[0]?.dir ?? "");
    const depot = taken?.kind === "taken" ? taken.depot : "";
    expect(taken).toMatchObject({ kind: "taken", nested: ["inner", "sub"], left: [] });
    const at = `refs/attempts/${id}/1`;
    for (const name of ["branch", "snapshot", "stash/0", `heads/side-${n}`, "nested/0/snapshot", "nested/1/head"])
      expect(refAt(depot, `${at}/${name}`)).toMatch(/^[0-9a-f]{40}$/);
    expect(existsSync(join(depot, "taken-lfs", id, "ab/cd", lfs(n)))).toBe(true);
    if (n >= CLOSELY) return;
    expect(git(depot, "show", `${at}/branch:own-${n}`)).toBe(String(n));
    expect(git(depot, "show", `${at}/snapshot:left-${n}`)).toBe("left");
    expect(git(depot, "ls-tree", "--name-only", `${at}/stash/0^3`)).toBe(`stashed-${n}`);
    expect(git(depot, "log", "-1", "--format=%s", `${at}/heads/side-${n}`)).toBe("side");
    expect(git(depot, "show", `${at}/nested/0/snapshot:left`)).toBe("left");
    expect(git(depot, "log", "-1", "--format=%s", `${at}/nested/1/head`)).toBe(`in sub ${n}`);
    expect(git(depot, "rev-parse", `${at}/branch:sub`)).toBe(refAt(depot, `${at}/nested/1/head`));
  };
  for (const [n, id] of ids.entries()) check(id, n);
  const [depot = ""] = readdirSync(join(home, "work")).filter((name) => name.endsWith(".git"));
  expect(git(join(home, "work", depot), "fsck", "--connectivity-only", "--no-dangling")).toBe("");
  const dry = await fleet.ok(["gc", "--older-than", "0s"]);
  expect(dry).toContain(`${MANY} workspaces`);
  expect(existsSync(join(home, "work", ids[0] ?? ""))).toBe(true);
  await fleet.ok(["gc", "--older-than", "0s", "--yes"]);
  for (const [n, id] of ids.entries()) {
    expect(existsSync(join(home, "work", id))).toBe(false);
    if (n >= CLOSELY) continue;
    expect(await fleet.ok(["task", id, "diff", "--name-only"])).toContain(`own-${n}\n`);
    await fleet.ok(["checkout", id, "--attempt", "1", "--branch", `out-${n}`]);
    expect(git(project, "show", `out-${n}:left-${n}`)).toBe("left");
  }
  // Let go by name, and by nothing else.
  const [first = "", ...others] = ids;
  await fleet.ok(["gc", "--let-go", first, "--yes"]);
  expect((await fleet.run(["checkout", first, "--branch", "gone"])).stderr).toContain("nothing is kept of");
  await fleet.ok(["checkout", others[0] ?? "", "--branch", "there"]);
  const all = others.flatMap((id) => ["--let-go", id]);
  expect(await fleet.ok(["gc", ...all, "--yes"])).toContain("1 depot");
  expect(readdirSync(join(home, "work")).filter((name) => name.endsWith(".git"))).toEqual([]);
}, 900_000);

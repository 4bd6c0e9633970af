/** Large and slow working trees: nobody else waits for them, and what is not known of them is said, not guessed. */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";

import { openRepository } from "@fleet/kit/git/repository";

import { readAttempt } from "../../src/attempts/records/record.ts";
import { readReceipt } from "../../src/attempts/records/receipt.ts";
import { changesBetween } from "../../src/attempts/evidence/changes.ts";
import { listAfter, listBefore } from "../../src/attempts/evidence/look.ts";
import { readBefore } from "../../src/attempts/evidence/files.ts";
import { Fleet } from "../support/fleet.ts";
import { until } from "../support/until.ts";

/** A git that takes its time over the state of one directory, until a file says that it may continue. */
function slowGit(fleet: Fleet, dir: string): string {
  const bin = join(fleet.root, "bin");
  mkdirSync(bin);
  const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  const script = `#!/bin/sh
case "$*" in *"-C ${dir} "*" status "*) echo x >>"${dir}/asked"; while [ ! -e "${dir}/go" ]; do sleep 0.05; done ;; esac
exec ${real} "$@"
`;
  writeFileSync(join(bin, "git"), script);
  chmodSync(join(bin, "git"), 0o755);
  return `${bin}:${String(fleet.env["PATH"])}`;
}

function repository(fleet: Fleet, name: string): string {
  const dir = join(fleet.root, name);
  mkdirSync(dir);
  execFileSync("git", ["-C", dir, "init", "-q", "-b", "main"]);
  return dir;
}

it("a repository inside with more uncommitted files than are read: what comes or goes is seen, and what is not read is named", async () => {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "fleet large-")));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const env = { PATH: process.env["PATH"] ?? "", HOME: dir, GIT_CONFIG_NOSYSTEM: "1" };
  const repo = join(dir, "repo");
  const inside = join(repo, "in");
  for (const at of [repo, inside]) execFileSync("git", ["init", "-q", at], { env });
  for (let n = 0; n < 2_001; n++) writeFileSync(join(inside, `f${n}`), "");
  const looking = { env, skip: "/nowhere", wall: Date.now() };
  const before = await listBefore(await openRepository(repo, env), repo, looking);
  const seen = async () => changesBetween(repo, before, await listAfter(before, looking));
  expect(await seen()).toMatchObject({ nested: [], unlooked: ["the content of 1 uncommitted file in in/"] });
  writeFileSync(join(inside, "z"), "");
  expect((await seen()).nested).toEqual(["in"]);
});

describe.concurrent("a working tree", () => {
  it("that is slow for git holds up only its own task, which says so; others in it know of each other", async () => {
    await using fleet = await Fleet.make();
    const slow = repository(fleet, "slow");
    const path = slowGit(fleet, slow);
    const first = await fleet.task("waits for git", "echo x >made", { cwd: slow, priority: 0 });
    const second = await fleet.task("waits there too", "true", { cwd: slow, priority: 0 });
    const quick = await fleet.task("waits for nobody", "true", { priority: 3 });
    await fleet.ok(["run", "start"], { env: { PATH: path } });
    await fleet.settled(quick, "closed");
    expect([first, second].map((id) => readAttempt(fleet.dir(id)))).toEqual([undefined, undefined]);
    expect(JSON.parse(await fleet.ok(["tasks", "--json"])).tasks).toMatchObject([
      { state: "running", reason: "its directory is looked at before it starts" },
      { state: "running" },
    ]);
    // Two looks, each asked for once, however often the loop came by.
    expect(execFileSync("cat", [join(slow, "asked")], { encoding: "utf8" })).toBe("x\nx\n");
    writeFileSync(join(slow, "go"), "");
    for (const id of [first, second]) await fleet.settled(id, "closed");
    expect(readReceipt(fleet.dir(first))?.overlapped).toEqual([{ task: second, n: 1 }]);
  });

  it("that is taken from it while git still looks: it is not started", async () => {
    await using fleet = await Fleet.make();
    const slow = repository(fleet, "slow");
    const id = await fleet.task("is stopped before", "echo x >ran", { cwd: slow });
    await fleet.ok(["run", "start"], { env: { PATH: slowGit(fleet, slow) } });
    await until("git is asked", () => existsSync(join(slow, "asked")));
    await fleet.ok(["kill", id]);
    writeFileSync(join(slow, "go"), "");
    await until("the look is over", () => readBefore(fleet.dir(id)));
    expect(fleet.outcomes(id)).toEqual(["killed"]);
    expect(existsSync(join(slow, "ran"))).toBe(false);
  });

  it("with more uncommitted files than are listed: what changed in both lists and what was committed, and the receipt says so", async () => {
    await using fleet = await Fleet.make();
    const dir = repository(fleet, "large");
    writeFileSync(join(dir, "a-file"), "1");
    for (let d = 0; d < 41; d++) {
      mkdirSync(join(dir, `d${d}`));
      for (let i = 0; i < 500; i++) writeFileSync(join(dir, `d${d}`, String(i)), "");
    }
    const commit = "git -c user.name=R -c user.email=r@example.org commit -qm made";
    const script = `echo 22 >a-file; echo x >zz-new; echo y >kept; git add kept; ${commit}`;
    const id = await fleet.task("works in it", script, { cwd: dir });
    await fleet.supervise();
    await fleet.settled(id, "closed");
    expect(readReceipt(fleet.dir(id))).toMatchObject({
      files: { from: "git", changed: ["a-file", "kept"], note: expect.stringContaining("more uncommitted files") },
      commits: [{ subject: "made" }],
      not_looked_at: expect.arrayContaining([expect.stringMatching(/uncommitted files in d9\//)]),
    });
  });
});

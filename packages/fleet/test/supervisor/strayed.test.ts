/** A task's directory that is not where it was: pure, and once for real. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { fleetRecord } from "@fleet/store/claims";

import { type Now, strayed } from "../../src/engine/core/strayed.ts";
import { Fleet } from "../support/fleet.ts";

describe("a directory is where the task was made, unless", () => {
  const now = { home: "h", task: "t-1", cwd: "/w/app", real: "/w/app", top: "/w" };
  const place = { home: "h", cwd: "/w/app" };
  it.each<[what: string, was: Parameters<typeof strayed>[0], is: Partial<Now>, said: RegExp | undefined]>([
    ["nothing was written down", undefined, {}, undefined],
    ["(it is the same)", { ...place, top: "/w" }, {}, undefined],
    [
      "its working tree is gone",
      { ...place, top: "/w/app" },
      {},
      /belonged to the git working tree \/w\/app .* \/w now/,
    ],
    ["it is in none any more", { ...place, top: "/w" }, { top: undefined }, /is in none now/],
    ["a repository came to be around it", place, {}, /was in no git working tree .* belongs to \/w now/],
    ["(a repository was made in it)", place, { top: "/w/app" }, undefined],
    ["(another directory was named since)", { ...place, cwd: "/w/other", top: "/x" }, {}, undefined],
    ["(another home saw it elsewhere)", { ...place, home: "other", top: "/x" }, {}, undefined],
  ])("%s", (_what, was, is, said) => {
    const why = strayed(was, { ...now, ...is });
    if (said === undefined) expect(why).toBeUndefined();
    else {
      expect(why).toMatch(said);
      expect(why).toContain("fleet update t-1 --cwd DIR; then: fleet retry t-1");
    }
  });
});

it("a working tree that was emptied does not fall through to the checkout around it: the start is refused by name", async () => {
  await using fleet = await Fleet.make();
  const git = (...args: string[]): void =>
    void execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@example.org", ...args], { cwd: fleet.project });
  git("init", "-q");
  git("commit", "-q", "--allow-empty", "-m", "start");
  git("worktree", "add", "-q", "trees/one");
  const cwd = join(fleet.project, "trees", "one");
  const made = JSON.parse(await fleet.ok(["bd", "create", "works", "-d", "echo x >made", "--json"], { cwd }));
  const id = String(made.id);
  expect(made.metadata ?? {}).not.toHaveProperty("fleet");
  expect(fleetRecord(fleet.issue(id)).place).toMatchObject({ cwd, top: cwd });
  git("worktree", "remove", "--force", "trees/one");
  mkdirSync(cwd, { recursive: true });
  await fleet.supervise();
  await fleet.settled(id, "blocked");
  expect(fleet.outcome(id)).toMatchObject({ kind: "not-started", counts: false });
  expect(fleet.outcome(id)?.reason).toContain(`belongs to ${fleet.project} now: nothing was started`);
  expect(existsSync(join(cwd, "made"))).toBe(false);
  // Said anew, it belongs there.
  writeFileSync(join(cwd, "here"), "");
  await fleet.ok(["bd", "update", id, "--cwd", cwd]);
  expect(fleetRecord(fleet.issue(id)).place).toMatchObject({ cwd, top: fleet.project });
  await fleet.ok(["retry", id]);
  await fleet.settled(id, "closed");
});

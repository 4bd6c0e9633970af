/** A task's directory that is not where it was: pure, and once for real. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { fleetRecord } from "@fleet/store/fleet-record";

import { type Now, placeIn, strayed, type Was } from "../../src/engine/core/strayed.ts";
import { Fleet } from "../support/fleet.ts";
import { until } from "../support/until.ts";

describe("a directory is where the task was made, unless", () => {
  const now = { cwd: "/w/app", real: "/w/app", top: "/w" };
  it.each<[what: string, was: Was, is: Partial<Now>, said: RegExp | undefined]>([
    ["(it is the same)", { top: "/w" }, {}, undefined],
    [
      "its working tree is gone",
      { top: "/w/app" },
      {},
      /belonged to the git working tree \/w\/app .* belongs to \/w now$/,
    ],
    ["it is in none any more", { top: "/w" }, { top: undefined }, /is in none now$/],
    ["a repository came to be around it", { top: undefined }, {}, /was in no git working tree .* belongs to \/w now$/],
    ["(a repository was made in it)", { top: undefined }, { top: "/w/app" }, undefined],
  ])("%s", (_what, was, is, said) => {
    const why = strayed(was, { ...now, ...is });
    if (said === undefined) expect(why).toBeUndefined();
    else expect(why).toMatch(said);
  });

  it.each([
    ["nothing was written down", undefined, undefined],
    ["another directory was named since", { home: "h", cwd: "/w/other", top: "/x" }, undefined],
    ["another home saw it elsewhere", { home: "other", cwd: "/w/app", top: "/x" }, undefined],
    ["(this home saw it there)", { home: "h", cwd: "/w/app", top: "/w" }, { top: "/w" }],
    ["(in no working tree)", { home: "h", cwd: "/w/app" }, { top: undefined }],
  ])("or %s", (_what, place, was) => expect(placeIn(place, "h", "/w/app")).toEqual(was));
});

it("a working tree that was emptied does not fall through to the checkout around it: its task is not claimed, and says why", async () => {
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
  const row = await until("the reason", async () => {
    const { tasks } = JSON.parse(await fleet.ok(["tasks", "--all", "--json"]));
    const [seen] = tasks.filter((one: { id: string }) => one.id === id);
    return seen.why?.kind === "strayed" && seen;
  });
  expect(row.why.why).toContain(`belongs to ${fleet.project} now`);
  expect(await fleet.ok(["explain", id])).toContain(`fleet update ${id} --cwd DIR`);
  expect(fleetRecord(fleet.issue(id))).not.toHaveProperty("attempts");
  expect(existsSync(join(cwd, "made"))).toBe(false);
  // Said anew, it belongs there.
  writeFileSync(join(cwd, "here"), "");
  await fleet.ok(["bd", "update", id, "--cwd", cwd]);
  expect(fleetRecord(fleet.issue(id)).place).toMatchObject({ cwd, top: fleet.project });
  await fleet.settled(id, "closed");
});

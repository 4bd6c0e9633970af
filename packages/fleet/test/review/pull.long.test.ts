/** The pull request of a task, from open to merged, against a scripted gh and a real bare repository. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { landingOf, reviewOf } from "@fleet/store/claims";
import { fleetRecord } from "@fleet/store/fleet-record";

import { readLanding } from "../../src/landing/record.ts";
import { Fleet } from "../support/fleet.ts";
import { until } from "../support/until.ts";
import { pulledFrom, writing } from "./gh.ts";

it("a pull request is opened, comes back with what was said and failed, stops at the cap, and closes its task when it is merged", async () => {
  await using fleet = await Fleet.make();
  const { bare, dir: gh, git, said } = pulledFrom(fleet);
  writing(fleet, { max_pr_rounds: "1" });
  await fleet.supervise();
  const id = await fleet.task("Add a", "Write it", { metadata: { target: "main" } });
  await fleet.settled(id, "in_progress");
  // With git alone on it.
  const bin = join(fleet.root, "bin");
  mkdirSync(bin);
  symlinkSync(execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim(), join(bin, "git"));
  expect((await fleet.run(["pr", id], { env: { PATH: bin } })).stderr).toContain("is not on the PATH");
  const PATH = `${gh}:${fleet.env["PATH"] ?? ""}`;
  const pr = async (...args: string[]): Promise<string> => await fleet.ok(["pr", ...args], { env: { PATH } });
  const pushed = (): string => git("--git-dir", bare, "log", "--format=%s", `fleet/${id}`);

  expect(await pr(id, "--draft")).toContain("https://github.example/pull/7: not merged yet");
  expect(pushed()).toBe("work\nfirst");
  const asked = readFileSync(join(gh, "asked"), "utf8");
  expect(asked).toContain(`pr create --title Add a --body-file - --head fleet/${id} --base main --draft`);
  expect(readFileSync(join(gh, "body"), "utf8")).toMatch(/^Write it\n\n## Done\n\nwrote it\n[^]*- `a`|Fleet-Task/);

  said({
    comments: [{ id: "IC_1", author: { login: "bob" }, body: "And the docs?" }],
    lines: [{ id: 5, user: { login: "bob" }, body: "twice", path: "a", line: 1 }],
    checks: [{ name: "ci", status: "COMPLETED", conclusion: "FAILURE", detailsUrl: "https://ci/1" }],
  });
  expect(await pr()).toContain("sent back from https://github.example/pull/7 by bob, checks");
  await until("the second attempt", () => fleet.outcomes(id).length === 2 && landingOf(fleet.issue(id)));
  const prompt = readFileSync(join(fleet.dir(id, 2), "prompt.md"), "utf8");
  expect(prompt).toMatch(
    /^# Review: changes are wanted\n[^]*And the docs\?[^]*bob on a:1: twice[^]*the check ci failed/,
  );
  expect(fleet.tries(id)).toBe(0);

  // What was said is not said again; the check fails on the new commit, too, and that is once too often.
  expect(await pr()).toContain("came back as often as it may");
  expect(pushed()).toBe("work\nwork\nfirst");
  expect(reviewOf(fleet.issue(id))?.missing.join()).toMatch(/the check ci failed: https:\/\/ci\/1$/);
  expect(readFileSync(join(gh, "asked"), "utf8").match(/pr create/g)).toHaveLength(1);

  await fleet.ok(["approve", id]);
  expect(await pr()).toContain("1 of 1 check fails, as was reported");
  writeFileSync(join(gh, "state"), "MERGED");
  expect(await pr()).toContain("was merged");
  expect(fleet.issue(id)).toMatchObject({ status: "closed" });
  expect(fleetRecord(fleet.issue(id)).pull).toMatchObject({ number: 7, rounds: 1 });
  expect(await pr()).toContain("No pull requests are open.");

  // Opened again, its next work is not taken for merged with the first: it gets another one, without what is on the target already.
  git("--git-dir", bare, "update-ref", "refs/heads/main", `fleet/${id}`);
  said({ comments: [], lines: [], checks: [] });
  await fleet.ok(["bd", "reopen", id]);
  await until("the next attempt", () => fleet.outcomes(id).length === 3 && landingOf(fleet.issue(id)));
  expect(await pr(id)).toContain("not merged yet");
  expect(fleet.issue(id)).toMatchObject({ status: "in_progress" });
  expect(readFileSync(join(gh, "asked"), "utf8").match(/pr create/g)).toHaveLength(2);
  expect(git("--git-dir", bare, "log", "--format=%s", `main..fleet/${id}`)).toBe("work");

  // Ended after the push: what is merged with that is what was accepted; what was merged before it is not.
  await fleet.ok(["config", "set", "max_pr_rounds", "9"]);
  const endedAfterPush = async (attempt: number): Promise<void> => {
    said({ comments: [{ id: `IC_${attempt}`, author: { login: "bob" }, body: "more" }] });
    expect(await pr(id)).toContain("sent back");
    await until("the next attempt", () => fleet.outcomes(id).length === attempt && landingOf(fleet.issue(id)));
    writeFileSync(join(gh, "refuses"), "");
    expect((await fleet.run(["pr", id], { env: { PATH } })).code).not.toBe(0);
    rmSync(join(gh, "refuses"));
    writeFileSync(join(gh, "state"), "MERGED");
  };
  const tipOf = (ref: string): string => git("--git-dir", bare, "rev-parse", ref);
  const before = tipOf(`fleet/${id}`);
  const merge = git("--git-dir", bare, "commit-tree", `${before}^{tree}`, "-p", "main", "-m", "squashed");
  git("--git-dir", bare, "update-ref", "refs/heads/main", merge);
  await endedAfterPush(4);
  writeFileSync(join(gh, "merged"), merge);
  const { pull } = fleetRecord(fleet.issue(id));
  expect(await pr(id)).toContain("not merged yet");
  const asWork = () => readLanding(fleet.home, id).intents.find(({ candidate }) => candidate === merge)?.head;
  expect(asWork()).toBe(pull?.work ?? pull?.head);
  expect(git("--git-dir", bare, "log", "--format=%s", `main..fleet/${id}`)).toBe("Add a");
  await endedAfterPush(5);
  writeFileSync(join(gh, "head"), tipOf(`fleet/${id}`));
  expect(await pr(id)).toContain("was merged");
  expect(fleet.issue(id)).toMatchObject({ status: "closed" });
});

it("a pull request whose branch somebody renamed or deleted gets the next work, one that was closed gets none, and all is told once", async () => {
  await using fleet = await Fleet.make();
  const { bare, dir: gh, git, said } = pulledFrom(fleet);
  writing(fleet);
  await fleet.supervise();
  const id = await fleet.task("Add a", "Write it", { metadata: { target: "main" } });
  await fleet.settled(id, "in_progress");
  const PATH = `${gh}:${fleet.env["PATH"] ?? ""}`;
  const pr = async (): Promise<string> => await fleet.ok(["pr", id], { env: { PATH } });
  const state = (text: string): void => writeFileSync(join(gh, "state"), text);
  const pushed = (branch: string): string => git("--git-dir", bare, "log", "--format=%s", branch);
  const back = async (n: number): Promise<void> => {
    const comments = Array.from({ length: n - 1 }, (_, i) => ({ id: `IC_${i}`, author: null, body: `And ${i}?` }));
    said({ comments });
    expect(await pr()).toContain("sent back from https://github.example/pull/7");
    await until("the next attempt", () => fleet.outcomes(id).length === n && landingOf(fleet.issue(id)));
  };
  await pr();
  await back(2);
  git("--git-dir", bare, "branch", "-m", `fleet/${id}`, "add-a");
  writeFileSync(join(gh, "branch"), "add-a");
  expect(await pr()).toContain("not merged yet");
  expect(pushed("add-a")).toBe("work\nwork\nfirst");
  expect(git("--git-dir", bare, "branch", "--list", "fleet/*")).toBe("");

  await back(3);
  state("CLOSED");
  expect(await pr()).toContain("was closed without being merged");
  expect(pushed("add-a")).toBe("work\nwork\nfirst");
  expect(reviewOf(fleet.issue(id))).toMatchObject({ attempt: { n: 3 } });

  // As hosts do with the branch of what is closed. What is approved now is opened anew, under the task's own name.
  git("--git-dir", bare, "update-ref", "-d", "refs/heads/add-a");
  writeFileSync(join(gh, "branch"), `fleet/${id}`);
  await fleet.ok(["approve", id]);
  expect(await pr()).toContain("not merged yet");
  expect(pushed(`fleet/${id}`)).toBe("work\nwork\nwork\nfirst");
  expect(fleetRecord(fleet.issue(id)).pull).toMatchObject({ told: ["comment IC_0", "comment IC_1"], rounds: 2 });
});

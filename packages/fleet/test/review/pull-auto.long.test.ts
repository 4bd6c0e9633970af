/** `via: pr`: the supervisor opens pull requests of accepted work by itself, with what LFS keeps; merged, the task closes. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { landingOf } from "@fleet/store/claims";
import { fleetRecord } from "@fleet/store/fleet-record";

import { Fleet } from "../support/fleet.ts";
import { until } from "../support/until.ts";
import { pulledFrom } from "./gh.ts";

const WORK =
  "echo '*.bin filter=lfs' > .gitattributes; echo x > a.bin; git add -A; git commit -qm work; echo left > left";

it("accepted work becomes a draft with its LFS objects; nothing moves here, and what builds on it waits until it is merged", async () => {
  await using fleet = await Fleet.make({ land: "auto", via: "pr", pr_draft: "true", isolate: "clone" });
  const { bare, dir, git } = pulledFrom(fleet);
  writeFileSync(join(dir, "git-lfs"), `#!/bin/sh\necho "lfs $*" >>${dir}/asked\n`, { mode: 0o755 });
  const PATH = `${dir}:${fleet.env["PATH"] ?? ""}`;
  await fleet.start(["env", `PATH=${PATH}`]);
  const id = await fleet.task("Add a", WORK, { metadata: { target: "main" } });
  const upper = await fleet.task("Add b", "echo b > b", { metadata: { target: "main", base: "needs" }, needs: [id] });
  const against = await fleet.task("Add c", "echo c > c", { metadata: { target: "main", base: "needs" }, needs: [id] });
  await until("the pull request", () => fleetRecord(fleet.issue(id)).pull !== undefined);
  const pushed = git("--git-dir", bare, "rev-parse", `fleet/${id}`);
  const asked = readFileSync(join(dir, "asked"), "utf8").split("\n");
  expect(asked.indexOf(`lfs push origin ${pushed}`)).toBeGreaterThanOrEqual(0);
  expect(asked.indexOf(`lfs push origin ${pushed}`)).toBeLessThan(
    asked.findIndex((line) => line.startsWith("pr create")),
  );
  expect(asked.find((line) => line.startsWith("pr create"))).toMatch(/--base main --draft$/);
  // Also what was left uncommitted is in it.
  expect(git("--git-dir", bare, "ls-tree", "--name-only", pushed).split("\n")).toContain("left");
  expect(git("log", "--format=%s", "--all", "--", ":/")).not.toContain("work");
  expect(JSON.parse(await fleet.ok(["explain", id, "--json"]))).toMatchObject({
    why: { kind: "pull-request", url: "https://github.example/pull/7" },
    commands: [`fleet pr ${id}`],
  });
  // It would bring the work of the other with it.
  for (const one of [upper, against])
    await until("those that build on it", () => landingOf(fleet.issue(one)) !== undefined);
  const early = await fleet.run(["land", upper], { env: { PATH } });
  expect(early.stderr).toContain(`${upper} needs ${id}, which is not over`);
  expect((await fleet.run(["land", id, "--force"], { env: { PATH } })).stderr).toContain("lands by a pull request");
  expect(await fleet.ok(["land", id], { env: { PATH } })).toContain("https://github.example/pull/7: not merged yet");
  // Squashed there, and with a commit of somebody's on top.
  const squash = git("--git-dir", bare, "commit-tree", `${pushed}^{tree}`, "-p", "main", "-m", "Add a (#7)");
  const blob = git("--git-dir", bare, "rev-parse", `${pushed}:left`);
  const files = `${git("--git-dir", bare, "ls-tree", pushed)}\n100644 blob ${blob}\tc\n`;
  const tree = execFileSync("git", ["--git-dir", bare, "mktree"], { input: files, env: fleet.env, encoding: "utf8" });
  const later = git("--git-dir", bare, "commit-tree", tree.trim(), "-p", squash, "-m", "later");
  git("--git-dir", bare, "update-ref", "refs/heads/main", later);
  writeFileSync(join(dir, "merged"), squash);
  writeFileSync(join(dir, "state"), "MERGED");
  expect(await fleet.ok(["pr"], { env: { PATH } })).toContain(`${id} https://github.example/pull/7: `);
  expect(fleet.issue(id)).toMatchObject({ status: "closed" });
  expect((await fleet.run(["land", id, "--undo"])).stderr).toContain("gh pr view --web https://github.example/pull/7");
  await until("its own pull request", () => fleetRecord(fleet.issue(upper)).pull !== undefined);
  // None of the work that it was begun with, which is on the target under another name.
  expect(git("--git-dir", bare, "log", "--format=%s", `main..fleet/${upper}`)).toBe("Add b");
  expect(git("--git-dir", bare, "diff", "--name-only", `main...fleet/${upper}`)).toBe("b");
  await until("the other to go back", () => fleet.journal().includes("conflicts with main in c (round 1 of 3)"));
  await until("its merge", () => fleet.journal().includes("the merge of main is open in its workspace"));
});

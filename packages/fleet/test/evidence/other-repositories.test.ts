/** Repositories that an agent may have prepared, that git does not trust, or that it can't tell about. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

import { GIT_HOW } from "@fleet/kit/git/environment";

import { readReceipt } from "../../src/attempts/records/receipt.ts";
import { Fleet } from "../support/fleet.ts";

const isRoot = process.getuid?.() === 0;

function git(fleet: Fleet, ...args: string[]): string {
  const env = { ...process.env, ...fleet.env };
  return execFileSync("git", ["-C", fleet.project, ...args], {
    encoding: "utf8",
    env,
    stdio: ["ignore", "pipe", "ignore"],
  });
}

function makeRepository(fleet: Fleet): void {
  git(fleet, "init", "-q");
  fleet.write("f", "one\n");
  git(fleet, "add", "f");
  git(fleet, "commit", "-qm", "start");
}

describe.concurrent("a repository that is not fleet's own", () => {
  it("has no program of its configuration run by the supervisor, task diff or compare", async () => {
    await using fleet = await Fleet.make();
    makeRepository(fleet);
    const canary = join(fleet.root, "canary");
    const run = `sh -c 'env >${canary}; cat'`;
    const script = [
      `git config filter.x.clean "${run}"`,
      `git config diff.x.textconv "${run}"`,
      `git config diff.external "${run}"`,
      `echo '* filter=x diff=x' >.git/info/attributes`,
      "echo two >g",
      // By an index of its own, so that the agent's git runs nothing either.
      "git -c filter.x.clean= -c core.attributesFile=/dev/null commit -q --allow-empty -m made",
      `git config core.fsmonitor "${run}"`,
      "echo changed >f",
      `rm -f ${canary}`,
    ].join("\n");
    const id = await fleet.task("sets a trap", script, { metadata: { protect: [] } });
    await fleet.supervise();
    await fleet.settled(id, "closed");
    expect((await fleet.run(["task", id, "diff"])).stderr).toContain("through a filter, which fleet does not run");
    await fleet.ok(["task", id, "attempts"]);
    await fleet.ok(["compare", id]);
    expect(existsSync(canary)).toBe(false);
    const receipt = readReceipt(fleet.dir(id));
    expect(receipt?.commits).toMatchObject([{ subject: "made" }]);
    expect(receipt?.files?.note).toContain("through a filter, which fleet does not run");
  });

  it("counts what an agent wrote behind a filter as written, where it was not to write", async () => {
    await using fleet = await Fleet.make();
    makeRepository(fleet);
    const script = `git config filter.x.clean cat; echo '* filter=x' >.git/info/attributes; echo changed >f`;
    const id = await fleet.task("hides behind a filter", script, { metadata: { deny: ["f"] } });
    await fleet.supervise();
    expect((await fleet.attempted(id)).kind).toBe("out-of-scope");
  });

  it.runIf(isRoot)("is the same in the receipt, task diff and compare where the person trusts it", async () => {
    await using fleet = await Fleet.make();
    makeRepository(fleet);
    git(fleet, "config", "--global", "safe.directory", fleet.project);
    execFileSync("chown", ["-R", "12345", fleet.project]);
    const id = await fleet.task("edits", "echo two >f; git commit -qam two; echo three >f", {
      metadata: { expect: ["path:f"] },
    });
    await fleet.supervise();
    await fleet.settled(id, "closed");
    expect(readReceipt(fleet.dir(id))?.files).toMatchObject({ from: "git", changed: ["f"] });
    expect(await fleet.ok(["task", id, "diff"])).toContain("+three");
    expect(JSON.parse(await fleet.ok(["compare", id, "--json"])).attempts).toMatchObject([
      { added: 1, deleted: 1, files: 1 },
    ]);
  });

  it("that could not be looked at is never said to be none", async () => {
    await using fleet = await Fleet.make({ max_attempts: "1" });
    makeRepository(fleet);
    const hidden = ".git/HEAD";
    rmSync(join(fleet.project, hidden));
    const id = await fleet.task("commits somehow", "true", { metadata: { expect: ["commit"] } });
    await fleet.supervise();
    const { reason } = await fleet.attempted(id);
    expect(reason).toContain("a commit was expected; could not look:");
    expect(reason).not.toContain("no git repository");
    expect(readReceipt(fleet.dir(id))?.files).toMatchObject({
      from: "unknown",
      note: expect.stringContaining("could not look"),
    });
    const diff = await fleet.run(["task", id, "diff"]);
    expect(diff).toMatchObject({ code: 1, stderr: expect.stringContaining("could not look at what changed") });
    for (const args of [
      ["bd", "orphans"],
      ["bd", "preflight", "--check"],
    ]) {
      const { stdout, stderr } = await fleet.run(args);
      expect(`${stdout}${stderr}`, args.join(" ")).toMatch(/could not look/);
    }
  });

  it("that git fails on is unknown, and the attempt is not held up by it", async () => {
    await using fleet = await Fleet.make();
    mkdirSync(join(fleet.root, "bin"));
    writeFileSync(join(fleet.root, "bin", "git"), "#!/bin/sh\nexit 3\n", { mode: 0o755 });
    makeRepository(fleet);
    const id = await fleet.task("works on", "echo two >f");
    await fleet.ok(["run", "start"], { env: { PATH: `${join(fleet.root, "bin")}:${String(fleet.env["PATH"])}` } });
    await fleet.settled(id, "closed");
    expect(readReceipt(fleet.dir(id))?.files).toMatchObject({ from: "unknown", note: "could not look: git: exit 3" });
  });
});

it("docs/evidence.md names the variables of git that reach agents, as the code has them", () => {
  const path = fileURLToPath(new URL("../../../../docs/evidence.md", import.meta.url));
  const part = /<!-- git -->([\s\S]*?)<!-- end -->/.exec(readFileSync(path, "utf8"))?.[1] ?? "";
  expect([...part.matchAll(/`(GIT_[A-Z_*]+)`/g)].map(([, name = ""]) => name).sort()).toEqual([...GIT_HOW].sort());
});

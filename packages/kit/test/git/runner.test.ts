import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { git, reasonOf, runGit } from "@fleet/kit/git/git";
import { gitNow } from "@fleet/kit/git/hot";
import { isOid } from "@fleet/kit/git/oid";
import { readerArgs } from "@fleet/kit/git/readers";
import { NotStarted, simple } from "@fleet/kit/git/simple";
import { makeWorld, program, type World } from "./support.ts";

/** A git in the place of git. */
function fake(world: World, script: string): Record<string, string> {
  const bin = join(world.dir, "bin");
  mkdirSync(bin, { recursive: true });
  program(join(bin, "git"), script);
  return { ...world.env, PATH: `${bin}:${world.env["PATH"] ?? ""}` };
}

describe("the runner of git", () => {
  it("answers with what git printed, or with how git refused", async () => {
    const { env, repo } = makeWorld();
    const where = { place: "person", env, dir: repo } as const;
    expect(await git(where, ["log", "--format=%s"])).toEqual({ kind: "ok", stdout: "first\n" });
    const refused = await git(where, ["rev-parse", "--verify", "nothing"]);
    expect(refused).toMatchObject({ kind: "failed", code: 128 });
    if (refused.kind === "failed") expect(reasonOf(refused)).toBe("git: Needed a single revision");
  });

  it("hands on input", async () => {
    const { env, repo } = makeWorld();
    const bounds = { input: "HEAD\n" };
    const asked = await git({ place: "person", env, dir: repo }, ["cat-file", "--batch-check=%(objecttype)"], bounds);
    expect(asked).toEqual({ kind: "ok", stdout: "commit\n" });
  });

  it.each([
    ["is missing", "missing", undefined, {}],
    ["hangs", "timed-out", "sleep 60 & wait", { timeout: 300 }],
    ["prints more than is wanted", "too-much", "yes", { most: 10_000 }],
    ["is killed", "killed", "kill -9 $$", {}],
  ] as const)("says that there is no answer when git %s", async (_, why, script, bounds) => {
    const world = makeWorld();
    const env = script === undefined ? { PATH: join(world.dir, "nowhere") } : fake(world, script);
    const begun = performance.now();
    expect(await runGit(["status"], env, bounds)).toEqual({ kind: "unavailable", why });
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  it("says why in words that complete a sentence", () => {
    expect(reasonOf({ kind: "unavailable", why: "timed-out" })).toBe("git took too long");
    expect(reasonOf({ kind: "failed", code: 1, stdout: "", stderr: "" })).toBe("git: exit 1");
    const stderr = "warning: x\nfatal: detected dubious ownership in repository at '/x'\nTo add an exception\n";
    expect(reasonOf({ kind: "failed", code: 128, stdout: "", stderr })).toBe(
      "git: detected dubious ownership in repository at '/x'",
    );
  });
});

describe("a command line for reading", () => {
  it("ends its options before revisions, and takes paths as they are", () => {
    const args = readerArgs("diff", { options: ["--numstat"], revisions: ["--output=x", "HEAD"], paths: ["*"] });
    expect(args.slice(args.indexOf("--numstat"))).toEqual([
      "--numstat",
      "--end-of-options",
      "--output=x",
      "HEAD",
      "--",
      "*",
    ]);
    expect(args).toEqual(
      expect.arrayContaining(["--literal-pathspecs", "--no-optional-locks", "--no-ext-diff", "--no-textconv"]),
    );
  });

  it("never writes where a revision says so", async () => {
    const { env, repo, dir } = makeWorld();
    const args = readerArgs("diff", { revisions: [`--output=${join(dir, "out")}`] });
    expect(await git({ place: "person", env, dir: repo }, args)).toMatchObject({ kind: "failed" });
    expect(existsSync(join(dir, "out"))).toBe(false);
  });

  it.each([
    ["a".repeat(40), true],
    ["0".repeat(64), true],
    ["a".repeat(41), false],
    ["HEAD", false],
    [`${"a".repeat(39)}A`, false],
    [`${"a".repeat(40)}\n`, false],
    ["--output=x", false],
  ])("takes %j for the name of an object: %s", (text, is) => expect(isOid(text)).toBe(is));
});

describe("git on the hot path", () => {
  it("reads a home without the configuration around", () => {
    const { env, repo } = makeWorld();
    const asked = gitNow([`--git-dir=${join(repo, ".git")}`, "config", "user.name"], { place: "home", env });
    expect(asked).toMatchObject({ code: 1, stderr: "" });
  });

  it("throws what kept git from being started", () => {
    expect(() => gitNow(["version"], { place: "home", env: { PATH: "/nowhere" } })).toThrow(/ENOENT/);
  });
});

describe("simple-git", () => {
  it("says how git ended, whatever it printed", async () => {
    const { env } = makeWorld();
    expect(await simple(["config", "--global", "user.name"], { place: "network", env })).toMatchObject({
      code: 0,
      stdout: "P\n",
    });
    expect(await simple(["config", "--global", "no.thing"], { place: "network", env })).toEqual({
      code: 1,
      stdout: "",
      stderr: "",
    });
    expect(await simple(["no-command"], { place: "home", env })).toMatchObject({ code: 1 });
  });

  it("works with all that says how in the environment", async () => {
    const { env } = makeWorld();
    const around = {
      ...env,
      EDITOR: "vi",
      PAGER: "less",
      PREFIX: "/x",
      VISUAL: "vi",
      SSH_ASKPASS: "/x",
      GIT_ASKPASS: "/x",
      GIT_SSH: "ssh",
      GIT_SSH_COMMAND: "ssh",
      GIT_PROXY_COMMAND: "x",
      GIT_CONFIG_SYSTEM: "/dev/null",
      GIT_CONFIG_COUNT: "5",
      ...Object.fromEntries(
        ["user.name", "credential.helper", "core.sshCommand", "url.x.insteadOf", "core.hooksPath"].flatMap(
          (key, at) => [
            [`GIT_CONFIG_KEY_${at}`, key],
            [`GIT_CONFIG_VALUE_${at}`, "Q"],
          ],
        ),
      ),
    };
    expect(await simple(["config", "user.name"], { place: "network", env: around })).toMatchObject({ stdout: "Q\n" });
  });

  it("throws where there is no git", async () => {
    const trying = simple(["version"], { place: "home", env: { PATH: "/nowhere" } });
    await expect(trying).rejects.toMatchObject({ name: "NotStarted", code: "ENOENT" });
    await expect(trying).rejects.toBeInstanceOf(NotStarted);
  });
});

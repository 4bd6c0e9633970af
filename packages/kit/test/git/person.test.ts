import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { askedOf, personAt } from "@fleet/kit/git/person";
import { makeWorld, program } from "./support.ts";

const SECOND = 1_000;
const DAY = 24 * 3600 * SECOND;

/** A person with a repository, and a git that counts how often it is asked. */
function person() {
  const { dir, env: around, repo, git } = makeWorld();
  const bin = join(dir, "counting");
  const count = join(dir, "count");
  mkdirSync(bin);
  program(join(bin, "git"), `echo asked >> "${count}"; PATH="${around["PATH"] ?? ""}" exec git "$@"`);
  const home = join(dir, "person");
  mkdirSync(home);
  const { GIT_CONFIG_GLOBAL: _global, GIT_CONFIG_NOSYSTEM: _system, ...rest } = around;
  const env: Record<string, string | undefined> = { ...rest, HOME: home, PATH: `${bin}:${around["PATH"] ?? ""}` };
  const file = join(dir, "person.json");
  // Files that were written just now are not believed: everything here is asked a minute later.
  let now = Date.now() + 60 * SECOND;
  const ask = async (cwd = repo, more: Record<string, string> = {}) =>
    await personAt(cwd, { ...env, ...more }, { file, now: () => now });
  const asked = () => (existsSync(count) ? readFileSync(count, "utf8").split("\n").length - 1 : 0);
  return { dir, repo, git, home, file, ask, asked, wait: (ms: number) => (now += ms) };
}

describe("the person at work in a directory", () => {
  it("is whom the configuration of the repository names, whatever GIT_DIR says", async () => {
    const { env, repo, git } = makeWorld();
    git("config", "user.email", "here@example");
    expect(await personAt(repo, { ...env, GIT_DIR: "/nowhere" })).toEqual({ name: "P", email: "here@example" });
  });

  it("is unknown if git can't be asked", async () => {
    expect(await personAt("/", { PATH: "/nowhere" })).toEqual({ name: undefined, email: undefined });
  });

  it("is read from a listing with values of several lines and keys without a value", () => {
    const text = "file:/a\0user.name\nA\nB\0file:/a\0core.bare\0command line:\0user.name\nC\0";
    expect(askedOf(text)).toEqual({
      person: { name: "C", email: undefined },
      origins: ["file:/a", "command line:"],
      isWhole: true,
    });
  });
});

describe("what git answered about the person", () => {
  it("is kept for the next command in that directory, and not for another directory", async () => {
    const { ask, asked, git, repo } = person();
    git("config", "user.name", "Ada");
    const first = await ask();
    expect(await ask()).toEqual(first);
    expect(first.name).toBe("Ada");
    expect(asked()).toBe(1);
    mkdirSync(join(repo, "lib"));
    expect((await ask(join(repo, "lib"))).name).toBe("Ada");
    expect(asked()).toBe(2);
    await ask();
    await ask(join(repo, "lib"));
    expect(asked()).toBe(2);
  });

  it("counts no more once a file changes that git reads, or one appears or goes", async () => {
    const { ask, git, home, repo, wait } = person();
    git("config", "user.name", "Ada");
    await ask();
    git("config", "user.name", "Bob");
    expect((await ask()).name).toBe("Bob");
    wait(60 * SECOND);
    git("config", "--unset", "user.name");
    writeFileSync(join(home, ".gitconfig"), "[user]\n\tname = Home\n");
    expect((await ask()).name).toBe("Home");
    await ask();
    mkdirSync(join(home, ".config/git"), { recursive: true });
    writeFileSync(join(home, ".config/git/config"), "[user]\n\temail = xdg@example\n");
    expect(await ask()).toEqual({ name: "Home", email: "xdg@example" });
    await ask();
    writeFileSync(join(repo, ".git/config.worktree"), "[user]\n\tname = Tree\n");
    git("config", "extensions.worktreeConfig", "true");
    expect((await ask()).name).toBe("Tree");
    rmSync(join(repo, ".git/config.worktree"));
    expect((await ask()).name).toBe("Home");
  });

  it("counts no more once a nearer repository is made, or the one around is gone", async () => {
    const { ask, git, repo, dir } = person();
    git("config", "user.name", "Ada");
    const lib = join(repo, "lib");
    mkdirSync(lib);
    expect((await ask(lib)).name).toBe("Ada");
    git("init", "-q", "lib");
    writeFileSync(join(lib, ".git/config"), "[user]\n\tname = Lib\n", { flag: "a" });
    expect((await ask(lib)).name).toBe("Lib");
    rmSync(join(lib, ".git"), { recursive: true });
    expect((await ask(lib)).name).toBe("Ada");
    rmSync(join(repo, ".git"), { recursive: true });
    expect((await ask(lib)).name).toBeUndefined();
    expect(dir).not.toBe(repo);
  });

  it("is asked again after a day, or when the clock went back", async () => {
    const { ask, asked, wait } = person();
    await ask();
    wait(DAY + SECOND);
    await ask();
    expect(asked()).toBe(2);
    wait(-DAY);
    await ask();
    expect(asked()).toBe(3);
  });

  it("is not kept where it rests on more than files that are seen", async () => {
    const { ask, asked, file, git, repo, home, dir, wait } = person();
    const never = async (cwd?: string, more?: Record<string, string>) => {
      const before = asked();
      await ask(cwd, more);
      await ask(cwd, more);
      expect(asked()).toBe(before + 2);
      rmSync(file, { force: true });
    };
    // A variable, a file that was written just now, an include, a worktree's file, a bare repository.
    await never(repo, { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "user.name", GIT_CONFIG_VALUE_0: "Env" });
    wait(-60 * SECOND);
    writeFileSync(join(home, ".gitconfig"), "[user]\n\tname = Now\n");
    await never();
    wait(120 * SECOND);
    git("worktree", "add", "-q", "../tree");
    await never(join(dir, "tree"));
    git("init", "-q", "--bare", "../bare");
    await never(join(dir, "bare"));
    appendFileSync(join(home, ".gitconfig"), "[include]\n\tpath = other\n");
    await never();
  });

  it("keeps no value of any other setting", async () => {
    const { ask, file, git } = person();
    git("config", "http.extraheader", "Authorization: secret-of-mine");
    await ask();
    expect(readFileSync(file, "utf8")).not.toContain("secret-of-mine");
  });

  it("is asked again where the file holds anything else", async () => {
    const { ask, file } = person();
    for (const text of ["", "{", "[]", '{"shape":1,"kept":[{"key":1}]}', '{"shape":0,"kept":[]}']) {
      writeFileSync(file, text);
      expect((await ask()).name).toBe((await ask()).name);
    }
  });
});

import { execFileSync } from "node:child_process";

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { configText, countingOf, parseSettings, type Setting } from "@fleet/kit/git/settings";

const LFS = [
  { scope: "global", key: "filter.lfs.clean", value: "git-lfs clean -- %f" },
  { scope: "global", key: "filter.lfs.smudge", value: "git-lfs smudge -- %f" },
  { scope: "global", key: "filter.lfs.process", value: "git-lfs filter-process" },
  { scope: "global", key: "filter.lfs.required", value: "true" },
];
const set = (scope: string, key: string, value: string): Setting => ({ scope, key, value });

/** What git reads of a file. */
function readBack(text: string): Setting[] {
  const stdout = execFileSync("git", ["config", "--file", "-", "--no-includes", "--list", "--show-scope", "-z"], {
    input: text,
    encoding: "utf8",
  });
  return parseSettings(stdout).map(({ key, value }) => ({ scope: "", key, value }));
}

describe("the settings that count", () => {
  it("are those that say which files there are and whether they differ", () => {
    const all = [
      set("system", "core.autocrlf", "input"),
      set("global", "core.excludesfile", "~/.ignore"),
      set("local", "core.filemode", "false"),
      set("local", "extensions.objectformat", "sha256"),
      set("local", "branch.a.b.merge", "refs/heads/a.b"),
      set("local", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"),
    ];
    const others = [
      set("local", "core.fsmonitor", "x"),
      set("local", "core.worktree", "/elsewhere"),
      set("local", "extensions.partialclone", "origin"),
      set("local", "remote.origin.url", "ext::x"),
      set("global", "diff.external", "x"),
      set("local", "include.path", "x"),
      set("local", "made.up.tomorrow", "x"),
    ];
    expect(countingOf([...all, ...others]).settings).toEqual(all);
  });

  it("have git refuse a format that it does not understand", () => {
    const unknown = set("local", "extensions.madeup", "true");
    expect(countingOf([unknown]).settings).toEqual([unknown]);
  });

  it("have the LFS filter by its known name and commands, as the person has it", () => {
    expect(countingOf(LFS)).toEqual({ settings: LFS, filters: new Set() });
  });

  it.each([
    ["with another command", [...LFS, set("global", "filter.lfs.clean", "evil")]],
    ["that only the repository configures", LFS.map((one) => ({ ...one, scope: "local" }))],
    ["with an extension, which is a program", [...LFS, set("local", "lfs.extension.x.clean", "evil")]],
  ])("don't have an LFS filter %s", (_, all) => {
    expect(countingOf(all)).toEqual({ settings: [], filters: new Set(["lfs"]) });
  });

  it("keep the person's LFS filter where the repository names another", () => {
    const { settings } = countingOf([...LFS, set("local", "filter.lfs.clean", "evil")]);
    expect(settings).toEqual(LFS);
  });

  it("name the filters that don't run, wherever they are configured", () => {
    const all = [set("global", "filter.a.b.clean", "x"), set("local", "filter.c.required", "true"), ...LFS];
    expect([...countingOf(all).filters].sort()).toEqual(["a.b", "c"]);
  });

  it("are written so that git reads the same, whatever is in a value", () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
    const text = fc.string({ unit: "binary-ascii" }).map((one) => one.replaceAll("\0", ""));
    const middle = text.map((one) => one.replaceAll("\n", ""));
    const setting = fc.tuple(name, fc.option(middle), name, fc.option(text)).map(([section, between, last, value]) => ({
      scope: "",
      key: between === null ? `${section}.${last}` : `${section}.${between}.${last}`,
      value: value ?? undefined,
    }));
    fc.assert(
      fc.property(fc.array(setting, { maxLength: 8 }), (settings) => {
        expect(readBack(configText(settings))).toEqual(settings);
      }),
      { numRuns: 60 },
    );
  });
});

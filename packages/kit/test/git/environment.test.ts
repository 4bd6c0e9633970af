import { describe, expect, it } from "vitest";

import { GIT_HOW, gitEnvironment, saysWhere, viewEnvironment, withoutWhere } from "@fleet/kit/git/environment";

const WHERE = [
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_COMMON_DIR",
  "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_NAMESPACE",
  "GIT_PREFIX",
  "GIT_CEILING_DIRECTORIES",
  "GIT_QUARANTINE_PATH",
  "GIT_CONFIG",
  "GIT_CONFIG_PARAMETERS",
  "GIT_EXTERNAL_DIFF",
  "GIT_EXEC_PATH",
  "GIT_AUTHOR_DATE",
  "GIT_COMMITTER_DATE",
  "GIT_INTERNAL_SUPER_PREFIX",
];
const AROUND = {
  PATH: "/bin",
  HOME: "/home/p",
  LANG: "de_DE.UTF-8",
  EDITOR: "vi",
  ANTHROPIC_API_KEY: "secret",
  GH_TOKEN: "secret",
  HTTPS_PROXY: "http://proxy",
  SSH_AUTH_SOCK: "/run/agent",
  GIT_SSH_COMMAND: "ssh -i key",
  GIT_ASKPASS: "/ask",
  GIT_CONFIG_GLOBAL: "/g",
  GIT_CONFIG_COUNT: "1",
  GIT_CONFIG_KEY_0: "safe.directory",
  GIT_CONFIG_VALUE_0: "*",
  ...Object.fromEntries(WHERE.map((name) => [name, "/elsewhere"])),
};

describe("the environment of git", () => {
  it.each(WHERE)("%s says where, or is for one command only", (name) => expect(saysWhere(name)).toBe(true));
  it.each(GIT_HOW)("%s says how", (name) => expect(saysWhere(name.replace("*", "0"))).toBe(false));
  it("has variables of git alone in both", () => {
    expect(saysWhere("PATH")).toBe(false);
    expect(saysWhere("GITHUB_TOKEN")).toBe(false);
  });

  it("isolates a home from the user's configuration", () => {
    expect(gitEnvironment("home", AROUND)).toEqual({
      PATH: "/bin",
      HOME: "/home/p",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_TERMINAL_PROMPT: "0",
      LC_ALL: "C",
    });
  });

  it("shows a person's repository to git with the person's configuration and no key of anybody", () => {
    expect(gitEnvironment("person", AROUND)).toEqual({
      PATH: "/bin",
      HOME: "/home/p",
      LANG: "de_DE.UTF-8",
      GIT_CONFIG_GLOBAL: "/g",
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "safe.directory",
      GIT_CONFIG_VALUE_0: "*",
      GIT_TERMINAL_PROMPT: "0",
      LC_ALL: "C",
    });
  });

  it("fetches nothing, takes no lock, and reads no configuration but the view's through a view", () => {
    expect(viewEnvironment(AROUND, "/view", "/top")).toEqual({
      PATH: "/bin",
      HOME: "/home/p",
      LANG: "de_DE.UTF-8",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_TERMINAL_PROMPT: "0",
      LC_ALL: "C",
      GIT_DIR: "/view",
      GIT_WORK_TREE: "/top",
      GIT_NO_LAZY_FETCH: "1",
      GIT_ALLOW_PROTOCOL: "none",
      GIT_OPTIONAL_LOCKS: "0",
      GIT_NO_REPLACE_OBJECTS: "1",
      GIT_GRAFT_FILE: "/dev/null",
    });
  });

  it("reaches a remote as the person would, and never another repository", () => {
    const env = gitEnvironment("network", AROUND);
    expect(env).toMatchObject({
      GIT_SSH_COMMAND: "ssh -i key",
      HTTPS_PROXY: "http://proxy",
      SSH_AUTH_SOCK: "/run/agent",
    });
    for (const name of WHERE) expect(env).not.toHaveProperty(name);
  });

  it("finds what is pushed inside a receive hook, and nothing else of the environment", () => {
    expect(Object.keys(gitEnvironment("quarantine", AROUND)).sort()).toEqual([
      "GIT_ALTERNATE_OBJECT_DIRECTORIES",
      "GIT_CONFIG_GLOBAL",
      "GIT_CONFIG_NOSYSTEM",
      "GIT_DIR",
      "GIT_OBJECT_DIRECTORY",
      "GIT_QUARANTINE_PATH",
      "GIT_TERMINAL_PROMPT",
      "HOME",
      "LC_ALL",
      "PATH",
    ]);
  });

  it("leaves other programs everything but where", () => {
    const kept = withoutWhere({ ...AROUND, GONE: undefined });
    expect(Object.keys(kept).sort()).toEqual(
      Object.keys(AROUND)
        .filter((name) => !WHERE.includes(name))
        .sort(),
    );
  });
});

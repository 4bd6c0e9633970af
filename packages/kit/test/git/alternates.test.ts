/** Whose objects a call of git borrows, whatever the path is. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

import { borrowing } from "@fleet/kit/git/alternates";

import { makeWorld } from "./support.ts";

it.each(["plain", "with: a colon", 'with "quotes" and \\', "ünï"])("git finds objects below a directory %s", (name) => {
  const { dir, env, git, gitIn } = makeWorld();
  git("commit", "-q", "--allow-empty", "-m", "one");
  gitIn(dir, "clone", "-q", "--bare", "repo", name);
  gitIn(dir, "init", "-q", "--bare", "empty");
  const found = execFileSync(
    "git",
    ["--git-dir", join(dir, "empty"), "cat-file", "-t", git("rev-parse", "HEAD").trim()],
    {
      env: { ...env, ...borrowing(join(dir, name, "objects")) },
      encoding: "utf8",
    },
  );
  expect(found).toBe("commit\n");
});

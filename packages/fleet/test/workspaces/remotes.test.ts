/** A remote of a source is the same one in its clone. */
import { expect, test } from "vitest";

import { withAbsoluteRemotes } from "../../src/workspaces/config.ts";
import { ensureIn, makeGround } from "./support.ts";

test("a remote that is a path leads to the same place from the clone", async () => {
  const ground = makeGround();
  const { dir, git, gitIn, repo } = ground;
  gitIn(dir, "clone", "-q", "--bare", repo, "hub.git");
  git("remote", "add", "origin", "../hub.git");
  git("config", "remote.origin.pushurl", "../hub.git");
  const clone = await ensureIn(ground);
  gitIn(clone.dir, "push", "-q", "origin", "HEAD:refs/heads/side");
  expect(gitIn(`${dir}/hub.git`, "rev-parse", "side")).toBe(clone.base);
  expect(gitIn(clone.dir, "remote", "get-url", "origin")).toBe(`${dir}/hub.git`);
});

test("an address that is no path stays as it was written", () => {
  const addresses = ["../up", "a/b", "/abs", "~/hub", "https://h/r", "git@h:r", "c:/r", "gh/r", "ph/r"];
  const settings = [
    ...addresses.map((value) => ({ scope: "local", key: "remote.x.url", value })),
    { scope: "global", key: "remote.x.url", value: "../of-all" },
    { scope: "local", key: "submodule.x.url", value: "../m" },
    { scope: "global", key: "url.https://github.com/.insteadof", value: "gh/" },
    { scope: "global", key: "url.git@h:.pushinsteadof", value: "ph/" },
  ];
  const changed = withAbsoluteRemotes("/at/top", settings).flatMap(({ value }, n) =>
    value === settings[n]?.value ? [] : [[settings[n]?.value, value]],
  );
  expect(changed).toEqual([
    ["../up", "/at/up"],
    ["a/b", "/at/top/a/b"],
  ]);
});

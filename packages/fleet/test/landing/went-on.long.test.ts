/** Where a person goes on with what `fleet checkout` brought them, all of it lands, or it is told what would not. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { readSource } from "@fleet/kit/git/source";
import { expect, test } from "vitest";

import { headOf } from "../../src/engine/shell/land/landing-of.ts";
import { takeBack } from "../../src/workspaces/take-back.ts";
import { makeField } from "./support.ts";

test("a branch that leads on from what was committed alone doesn't land without the rest", async () => {
  const field = makeField();
  const { env, git, repo, making } = field;
  const { depot, dir, branch } = await field.work("t-1", { f: "committed\n" });
  writeFileSync(join(dir, "left"), "not committed\n");
  const { tip = "", snapshot: files } = await takeBack(making, {
    task: "t-1",
    attempt: "1",
    depot,
    top: dir,
    branch,
  });
  const work = { depot, accepted: undefined, files, tip };
  const head = async (): Promise<string> => {
    const found = await readSource(repo, env);
    if (found.kind !== "source") throw new Error(found.kind);
    return await headOf({ env }, work, { task: "t-1", depot, source: found.source, branch });
  };
  const goOn = (from: string): string => {
    git("fetch", "-q", depot, "refs/attempts/t-1/1/snapshot");
    git("checkout", "-q", "-B", branch, from);
    git("commit", "-q", "--allow-empty", "-m", "by hand");
    return git("rev-parse", "HEAD");
  };
  expect(await head()).toBe(files);
  const all = goOn(files);
  expect(await head()).toBe(all);
  goOn(tip);
  await expect(head()).rejects.toThrow("not the files that were left uncommitted");
  git("merge", "-q", "--no-edit", files);
  expect(await head()).toBe(git("rev-parse", branch));
});

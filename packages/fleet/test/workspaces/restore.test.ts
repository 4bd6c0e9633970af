/** Putting a workspace back: what is in the way, who may be in it, and what an agent made of its git directory. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { aloneIn } from "../../src/workspaces/alone.ts";
import { ensureWorkspace } from "../../src/workspaces/ensure.ts";
import { keptIn } from "../../src/workspaces/kept.ts";
import { type Restored, before, restoreWorkspace } from "../../src/workspaces/restore.ts";
import { takeBack } from "../../src/workspaces/take-back.ts";
import { RESTORE_POINTS } from "../../src/workspaces/making.ts";
import { readWorkspace } from "../../src/workspaces/record.ts";
import { ensureIn, type Ground, Killed, killedAt, makeGround, pictureOf } from "./support.ts";

/** A workspace in which a first attempt committed `made` and `dir/made`, and a second removed both. */
async function worked(ground: Ground) {
  const { gitIn, making } = ground;
  const record = await ensureIn(ground);
  const { dir, depot, branch, base } = record;
  const take = async (attempt: string) => await takeBack(making, { task: "t-1", attempt, depot, top: dir, branch });
  mkdirSync(join(dir, "dir"));
  for (const name of ["made", "dir/made"]) writeFileSync(join(dir, name), "made\n");
  gitIn(dir, "add", "-A");
  gitIn(dir, "commit", "-qm", "first");
  await take("1");
  gitIn(dir, "rm", "-qr", "made", "dir");
  writeFileSync(join(dir, ".gitignore"), "/made\n/dir\n");
  gitIn(dir, "add", "-A");
  gitIn(dir, "commit", "-qm", "second");
  await take("2");
  const restore = async (n: number, by = making): Promise<Restored> =>
    await restoreWorkspace(by, "t-1", record, before(keptIn(depot, "t-1"), base, n));
  return { dir, restore };
}

const whyOf = (done: Restored): string => (done.kind === "refused" ? `${done.why}: ${done.mend}` : "restored");

test("an ignored file that the older state would overwrite is named, and nothing is touched", async () => {
  const ground = makeGround();
  const { dir, restore } = await worked(ground);
  writeFileSync(join(dir, "made"), "built since\n");
  const picture = pictureOf(dir);
  expect(whyOf(await restore(2))).toBe(
    `made in ${dir} is ignored by git, and restoring would overwrite it: mv ${dir}/made ${dir}/made.now`,
  );
  expect(pictureOf(dir)).toEqual(picture);
  renameSync(join(dir, "made"), join(dir, "aside"));
  // In the place of a directory, too.
  writeFileSync(join(dir, "dir"), "a file now\n");
  expect(whyOf(await restore(2))).toContain(`mv ${dir}/dir ${dir}/dir.now`);
  renameSync(join(dir, "dir"), join(dir, "aside"));
  expect(whyOf(await restore(2))).toBe("restored");
  expect(readFileSync(join(dir, "dir/made"), "utf8")).toBe("made\n");
});

test("nothing that the agent configured runs, and what it leads elsewhere is refused", async () => {
  const ground = makeGround();
  const { gitIn, dir: outside } = ground;
  const { dir, restore } = await worked(ground);
  const mark = join(outside, "ran");
  const canary = join(outside, "canary");
  writeFileSync(canary, `#!/bin/sh\ntouch ${mark}\ncat\n`, { mode: 0o755 });
  for (const key of ["core.fsmonitor", "filter.mine.smudge", "filter.mine.clean", "core.alternateRefsCommand"])
    gitIn(dir, "config", key, canary);
  appendFileSync(join(dir, ".git/info/attributes"), "* filter=mine\n");
  mkdirSync(join(dir, ".git/hooks"), { recursive: true });
  for (const hook of ["reference-transaction", "post-index-change", "post-checkout"])
    writeFileSync(join(dir, ".git/hooks", hook), readFileSync(canary), { mode: 0o755 });
  expect(whyOf(await restore(2))).toBe("restored");
  expect(existsSync(mark)).toBe(false);
  const heads = join(dir, ".git/refs/heads");
  renameSync(heads, join(outside, "heads"));
  symlinkSync(join(outside, "heads"), heads);
  expect(whyOf(await restore(1))).toContain(`${heads} is not a directory of its own`);
  appendFileSync(join(dir, ".git/objects/info/alternates"), `${outside}\n`);
  expect(whyOf(await restore(1))).toContain("alternates was changed");
});

test.each(RESTORE_POINTS)("a restore that is killed when it is %s is reported until it is repeated", async (point) => {
  const ground = makeGround();
  const { repo: cwd, making, home } = ground;
  const { dir, restore } = await worked(ground);
  await expect(restore(2, killedAt(ground, point))).rejects.toThrow(Killed);
  const told = await ensureWorkspace(making, { task: "t-1", cwd });
  if (told.kind !== "refused") throw new Error("it was entered");
  expect(told.why).toMatch(/restore --before 2$/);
  // What was there before is kept, under the name that is told.
  const { depot, restoring } = readWorkspace(home, "t-1") ?? {};
  expect(told.why).toContain(restoring?.replaced);
  expect(ground.gitIn(depot ?? "", "show", `${restoring?.replaced}/snapshot:.gitignore`)).toBe("/made\n/dir");
  expect(whyOf(await restore(2))).toBe("restored");
  expect(readFileSync(join(dir, "dir/made"), "utf8")).toBe("made\n");
  expect(await ensureWorkspace(making, { task: "t-1", cwd })).toMatchObject({ kind: "ready", isNew: false });
});

test("while it is put back no attempt enters it", async () => {
  const ground = makeGround();
  const { repo: cwd, making, home } = ground;
  const { dir, restore } = await worked(ground);
  const order: string[] = [];
  let entering: Promise<unknown> = Promise.resolve();
  await aloneIn(home, "t-1", async () => {
    entering = ensureWorkspace(making, { task: "t-1", cwd }).then(({ kind }) => order.push(`entered: ${kind}`));
    expect(whyOf(await restore(2))).toBe("restored");
    order.push("put back");
  });
  await entering;
  expect(order).toEqual(["put back", "entered: ready"]);
  expect(existsSync(join(dir, "made"))).toBe(true);
});

test("before an attempt is how it was put back after the one before, where a person did that", () => {
  const refs = new Map([
    ["branch", "b1"],
    ["snapshot", "s1"],
    ["later/branch", "b0"],
    ["later/snapshot", "s0"],
  ]);
  const kept = [
    { depot: "", attempt: "1", refs },
    { depot: "", attempt: "2", refs: new Map([["branch", "b2"]]) },
  ];
  expect(before(kept, "base", 2)).toMatchObject({ branch: "b0", snapshot: "s0" });
  expect(before(kept, "base", 3)).toMatchObject({ branch: "b2", snapshot: "b2" });
  expect(before(kept, "base", 1)).toMatchObject({ branch: "base", snapshot: "base" });
});

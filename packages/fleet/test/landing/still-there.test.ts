/** Whether what landed is on its target still, where git or fleet's own files fail: nothing is taken for taken off. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { gitObjects } from "@fleet/kit/git/own-objects";
import { readSource } from "@fleet/kit/git/source";
import { expect, test } from "vitest";

import { taskDir } from "../../src/attempts/records/paths.ts";
import { writeLanding } from "../../src/landing/record.ts";
import { seenOff, takenOffNow } from "../../src/landing/still-there.ts";
import { allTips, noteTip, writeTips } from "../../src/landing/tips.ts";
import { depotDir } from "../../src/workspaces/paths.ts";
import { writeWorkspace } from "../../src/workspaces/record.ts";
import { type Ground, makeGround } from "../workspaces/support.ts";

/** A task whose work has landed on a branch, of which fleet has a depot: nothing of it is in a supervisor's hands. */
function landedOn(ground: Ground, target: string, repo = ground.repo) {
  const { home, gitIn } = ground;
  const common_dir = join(repo, ".git");
  const depot = depotDir(home, common_dir);
  gitIn(ground.dir, "clone", "-q", "--bare", repo, depot);
  const tip = gitIn(repo, "rev-parse", "HEAD");
  const task = `t-${allTips(home).length + 1}`;
  mkdirSync(taskDir(home, task), { recursive: true });
  const at = "2027-01-01T00:00:00Z";
  writeLanding(home, task, { intents: [], landed: { commit: tip, target, at, head: tip, where: "here" } });
  const source = { top: repo, common_dir };
  const made = { dir: join(home, task), below: "", branch: `fleet/${task}`, base: tip, alternates: "", made_at: at };
  writeWorkspace(home, task, { ...made, source, depot, ready: true });
  writeTips(home, {
    top: repo,
    common_dir,
    objects: join(common_dir, "objects"),
    targets: { [target]: { tip, off: [] } },
  });
  return { depot, task, tip };
}

const commitOn = ({ gitIn }: Ground, repo: string): void =>
  void gitIn(repo, "commit", "-q", "--allow-empty", "-m", "of the person");

const failsNever = (why: Error): never => {
  throw why;
};

test("where the depot is gone or was moved, nothing is taken for taken off", async () => {
  const ground = makeGround();
  const { home, env, repo } = ground;
  const { depot, task } = landedOn(ground, "main");
  commitOn(ground, repo);
  const moved = `${depot}.moved`;
  renameSync(depot, moved);
  expect(await takenOffNow({ home, env }, failsNever)).toEqual([]);
  mkdirSync(depot);
  expect(await takenOffNow({ home, env }, failsNever)).toEqual([]);
  rmSync(depot, { recursive: true });
  // The look is made up for once a task of that repository says where its depot is.
  const record = readFileSync(join(taskDir(home, task), "workspace.json"), "utf8");
  writeFileSync(join(taskDir(home, task), "workspace.json"), record.replace(depot, moved));
  ground.git("reset", "-q", "--hard", "HEAD~2");
  expect((await takenOffNow({ home, env }, failsNever)).map((one) => one.task)).toEqual([task]);
});

test("a repository that can't be looked at is told of, and keeps no other from being looked at", async () => {
  const ground = makeGround();
  const { home, env, dir, gitIn, repo } = ground;
  const other = join(dir, "other");
  gitIn(dir, "clone", "-q", repo, other);
  const [first, second] = [landedOn(ground, "main"), landedOn(ground, "main", other)];
  for (const one of [repo, other]) {
    commitOn(ground, one);
    gitIn(one, "reset", "-q", "--hard", "HEAD~2");
  }
  for (const [broken, task] of [
    [first, second.task],
    [second, first.task],
  ] as const) {
    const bin = join(dir, "bin");
    mkdirSync(bin, { recursive: true });
    const git = `#!/bin/sh\n[ "$GIT_DIR" != ${broken.depot} ] || kill -9 $$\nexec ${gitIn(dir, "--exec-path")}/git "$@"\n`;
    writeFileSync(join(bin, "git"), git, { mode: 0o755 });
    for (const tips of allTips(home)) {
      const { tip } = tips.top === repo ? first : second;
      writeTips(home, { ...tips, targets: { main: { tip, off: [] } } });
    }
    const failed: string[] = [];
    const found = await takenOffNow({ home, env: { ...env, PATH: `${bin}:${env["PATH"] ?? ""}` } }, (why) =>
      failed.push(`${why.where ?? ""}: ${why.message}`),
    );
    expect(found.map((one) => one.task)).toEqual([task]);
    expect(failed).toEqual([`${broken === first ? repo : other}: could not look for a commit: git was killed`]);
  }
});

test("a branch named constructor is one like any other", async () => {
  const target = "constructor";
  const ground = makeGround();
  const { home, env, repo, git } = ground;
  const common_dir = join(repo, ".git");
  const objects = join(common_dir, "objects");
  git("checkout", "-q", "-b", target);
  const tip = git("rev-parse", "HEAD");
  const tree = { ask: async (args: readonly string[]) => await gitObjects(args, { env, gitDir: common_dir }) };
  const read = await readSource(repo, env);
  if (read.kind !== "source") throw new Error(read.kind);
  const { source } = read;
  writeTips(home, { top: repo, common_dir, objects, targets: {} });
  await noteTip(tree, home, { source, target, tip });
  expect(allTips(home).flatMap(({ targets }) => Object.keys(targets))).toEqual([target]);
  expect(await takenOffNow({ home, env }, failsNever)).toEqual([]);
  expect(seenOff(home)).toEqual([]);
});

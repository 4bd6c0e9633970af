/** A person's repository, a workspace in which a task has worked, and a lander without a supervisor. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { readSource, type Source } from "@fleet/kit/git/source";
import { gitObjects } from "@fleet/kit/git/own-objects";

import { branchMover } from "../../src/landing/branch-mover.ts";
import { land, type LandEnd, type Lander, type Landing, type LandPoint } from "../../src/landing/land.ts";
import type { Mover, MovePoint } from "../../src/landing/move.ts";
import type { WorkspaceRecord } from "../../src/workspaces/record.ts";
import { takeBack } from "../../src/workspaces/take-back.ts";
import { ensureIn, type Ground, makeGround } from "../workspaces/support.ts";

/** Of a branch that nobody has checked out: compare-and-swap. */
const bareMover: Mover = {
  tipOf: branchMover.tipOf,
  moveTarget: async ({ env }, { source, target, from, to }) => {
    const swapped = await gitObjects(["update-ref", `refs/heads/${target}`, to, from], {
      env,
      gitDir: source.commonDir,
    });
    return swapped.kind === "ok" ? { kind: "moved" } : { kind: "again", why: "raced" };
  },
};

export interface Field extends Ground {
  readonly lander: Lander;
  /** A task's work: changed files of a workspace, in one commit; none where no file is given. */
  readonly work: (task: string, files: Readonly<Record<string, string>>, author?: string) => Promise<WorkspaceRecord>;
  readonly landing: (task: string, change?: Partial<Landing>) => Promise<Landing>;
  readonly land: (task: string, change?: Partial<Landing>) => Promise<LandEnd>;
  /** Checks as of a landing; they take no longer than seconds. */
  readonly checked: (...commands: string[]) => Pick<Landing, "checking">;
}

export class Killed extends Error {}

/** The target, main, is checked out nowhere. */
export function makeField(move: Mover | ((ground: Ground) => Mover) = bareMover): Field {
  const ground = makeGround();
  const mover = typeof move === "function" ? move(ground) : move;
  ground.git("checkout", "-q", "-b", "mine");
  const { home, env, making, gitIn } = ground;
  const lander: Lander = { home, env, now: making.now, mark: "5eed5eed", mover };
  const records = new Map<string, WorkspaceRecord>();
  const work: Field["work"] = async (task, files, author = "Agent <agent@example.com>") => {
    ground.git("checkout", "-q", "main");
    const record = records.get(task) ?? (await ensureIn(ground, task));
    ground.git("checkout", "-q", "mine");
    records.set(task, record);
    if (Object.keys(files).length === 0) return record;
    for (const [path, text] of Object.entries(files)) writeFileSync(join(record.dir, path), text);
    gitIn(record.dir, "add", "-A");
    gitIn(record.dir, "commit", "-qm", `work of ${task}`, "--author", author);
    return record;
  };
  const landing: Field["landing"] = async (task, change = {}) => {
    const record = records.get(task);
    if (record === undefined) throw new Error(`${task} has not worked`);
    const { depot, dir: top, branch, base } = record;
    const taken = await takeBack(making, { task, attempt: "1", depot, top, branch });
    return {
      task,
      title: `Do ${task}`,
      source: await sourceIn(ground),
      depot,
      target: "main",
      base,
      began: base,
      head: taken.tip ?? "",
      history: "squash",
      person: { name: "P", email: "p@example.com" },
      checking: { commands: [], timeout: 10_000, below: "", env },
      ...change,
    };
  };
  return {
    ...ground,
    lander,
    work,
    landing,
    land: async (task, change) => await land(lander, await landing(task, change)),
    checked: (...commands) => ({ checking: { commands, timeout: 10_000, below: "", env } }),
  };
}

async function sourceIn({ repo, env }: Ground): Promise<Source> {
  const found = await readSource(repo, env);
  if (found.kind !== "source") throw new Error(found.kind);
  return found.source;
}

/** Ends the landing at this point, as a kill does: nothing after it runs. */
export const killedAt = (lander: Lander, point: LandPoint | MovePoint): Lander => ({
  ...lander,
  at: (reached) => {
    if (reached === point) throw new Killed(point);
  },
});

/** In a word. */
export const endOf = async (field: Field, task: string): Promise<string> => {
  const end = await field.land(task);
  return end.kind === "landed" ? (end.wasThere ? "was there" : "landed") : end.kind;
};

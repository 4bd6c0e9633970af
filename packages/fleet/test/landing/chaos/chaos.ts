/**
 * Landers that are killed at each named point and at random moments, in a repository in which a person works meanwhile; after each
 * kill the target has all of a task or nothing, and in the end what landed is closed, and nothing else is.
 */
import { spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { LAND_POINTS, type LandPoint } from "../../../src/landing/land.ts";
import { MOVE_POINTS, type MovePoint } from "../../../src/landing/move.ts";
import { Field, type FieldOptions, STAY_OUT, type Way } from "./field.ts";
import { count, person } from "./person.ts";
import { isSettled, killedSupervisor, landByItself, settle } from "./supervised.ts";
import { brokenAtEnd, brokenNow } from "./whole.ts";

export interface ChaosOptions extends FieldOptions {
  /** Beside one at each point. */
  readonly kills: number;
  /** Afterwards supervisors, which land by themselves what is left. */
  readonly supervisors: number;
}

export interface ChaosReport {
  /** By point. */
  readonly kills: Readonly<Record<string, number>>;
  readonly person: Readonly<Record<string, number>>;
  readonly broken: readonly string[];
}

/** Of a target that is checked out nowhere no files are brought; of one at a remote git holds no lock here. */
const NOT_REACHED: Readonly<Record<Way, readonly MovePoint[]>> = {
  checkout: [],
  elsewhere: ["locked", "files", "index"],
  push: ["locked", "files", "held", "index"],
};

export const pointsOf = (way: Way): readonly (LandPoint | MovePoint)[] => [
  ...LAND_POINTS,
  ...MOVE_POINTS.filter((point) => !NOT_REACHED[way].includes(point)),
];

/** A lander of all tasks takes so long, in milliseconds: blows fall within that. */
const LONGEST = 4_000;
/** A person in the way keeps a lander from reaching a point now and then. */
const TRIES = 12;
/** In so many turns without a blow everything lands, or never. */
const TURNS = 20;

function random(seed: number): () => number {
  let state = seed * 7919 + 13;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
}

interface Turn {
  readonly point?: string;
  /** Milliseconds until it is killed from outside, with what it started or alone. */
  readonly after?: number;
  readonly isAlone?: boolean;
}

/** One lander, to its end. */
async function turn(field: Field, { point = "", after, isAlone = false }: Turn): Promise<"ended" | "killed"> {
  const log = openSync(join(field.options.dir, "landers.log"), "a");
  const open = field.issues().flatMap(({ id, status }) => (status === "closed" ? [] : [id]));
  const child = spawn(process.execPath, [field.worker, point, ...open], {
    stdio: ["ignore", log, log],
    env: field.env,
    cwd: field.repo,
    detached: true,
  });
  const kill = (): void => {
    if (child.pid !== undefined) process.kill(isAlone ? child.pid : -child.pid, "SIGKILL");
  };
  const timer = after === undefined ? undefined : setTimeout(kill, after);
  const signal = await new Promise<string | null>((resolve) => {
    child.once("exit", (_, how) => resolve(how));
  });
  clearTimeout(timer);
  return signal === null ? "ended" : "killed";
}

const closedIn = (field: Field): number => field.issues().filter(({ status }) => status === "closed").length;
const isAllLanded = (field: Field): boolean => closedIn(field) === field.options.tasks - STAY_OUT;

export async function chaos(options: ChaosOptions): Promise<ChaosReport> {
  const field = new Field(options);
  const chance = random(options.seed);
  await field.fill();
  let isOver = false;
  const acting = person(field, random(options.seed + 1), () => isOver);
  const kills: Record<string, number> = {};
  const broken: string[] = [];
  const struck = (where: string): void => {
    count(kills, where);
    broken.push(...brokenNow(field).map((what) => `killed at ${where}: ${what}`));
  };
  try {
    for (const point of pointsOf(options.way)) {
      for (let tried = 0; kills[point] === undefined && tried < TRIES && !isAllLanded(field); tried++)
        if ((await turn(field, { point })) === "killed") struck(point);
      if (kills[point] === undefined) broken.push(`no lander was killed at ${point}`);
    }
    for (let n = 0; n < options.kills && !isAllLanded(field); n++) {
      const blow = { after: chance() * LONGEST, isAlone: chance() < 0.5 };
      if ((await turn(field, blow)) === "killed") struck("anywhere");
      await sleep(chance() * 60);
    }
    if (options.supervisors > 0) landByItself(field);
    for (let n = 0; n < options.supervisors && !isSettled(field); n++)
      if ((await killedSupervisor(field, chance)) === "killed") struck("supervisor");
  } finally {
    isOver = true;
  }
  const acts = await acting;
  if (options.supervisors > 0) broken.push(...(await settle(field)));
  else for (let n = 0; n < TURNS && !isAllLanded(field); n++) await turn(field, {});
  broken.push(...brokenAtEnd(field));
  if (broken.length > 0) broken.push(readFileSync(join(options.dir, "landers.log"), "utf8").slice(-2000));
  return { kills, person: acts, broken };
}

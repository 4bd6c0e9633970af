/** One task, given to several coders or models at once: the same words, the same base, a clone each; a person picks one of them. */
import { realpathSync } from "node:fs";
import { delimiter } from "node:path";

import { errno } from "@fleet/kit/errors";
import { nearest } from "@fleet/kit/nearest";
import { findProgram } from "@fleet/kit/process/find";
import { runProgram } from "@fleet/kit/process/run";
import { experiment as begin } from "@fleet/store/ops/experiment";

import { lookAtSource } from "../../workspaces/source-for.ts";
import { coderNames } from "../coder-names.ts";
import { CommandError, EXIT } from "../errors.ts";
import { limitsTrouble } from "../limits-trouble.ts";
import type { Fleet } from "../open.ts";

export interface ExperimentAsked {
  readonly title: string;
  readonly description: string;
  readonly cwd: string;
  readonly priority: number;
  /** `claude:opus`, `codex`: coders, each with a model where one is named. */
  readonly with: readonly string[];
  /** How often each of them. */
  readonly repeat: number;
  /** US dollars for all of it. */
  readonly maxCost: number | undefined;
  readonly checks: readonly string[];
  readonly allow: readonly string[];
}

export interface ExperimentMade {
  readonly id: string;
  readonly title: string;
  /** The commit at which all of them begin. */
  readonly base: string;
  readonly tasks: readonly { readonly id: string; readonly coder: string; readonly model: string | null }[];
}

interface Runner {
  readonly coder: string;
  readonly model: string | undefined;
}

const MOST_TASKS = 50;

export async function experiment(fleet: Fleet, asked: ExperimentAsked): Promise<ExperimentMade> {
  await fleet.allow({ kind: "command", words: "fleet experiment" });
  const { home, world, store } = fleet;
  const runners = await runnersOf(home, asked);
  if (runners.some(({ coder }) => coder === "shell")) await refuseProse(fleet, asked);
  const cwd = realDirectory(asked.cwd);
  const looked = await lookAtSource({ home, env: world.env }, cwd);
  if (looked.kind === "refused") throw new CommandError(`each of them works in a clone, and ${looked.why}`);
  const { head } = looked.source;
  const base = head.oid;
  if (base === undefined)
    throw new CommandError(`${looked.source.top} has no commit to begin at`, "git commit --allow-empty -m first");
  const target = head.kind === "branch" ? head.name : undefined;
  const limits = asked.maxCost === undefined ? undefined : { usd: asked.maxCost };
  const tasks = runners.map(({ coder, model }, at) => ({
    title: titleOf(asked, runners, at),
    metadata: {
      cwd,
      ...(world.env["PATH"] === undefined ? {} : { path: world.env["PATH"] }),
      coder,
      ...(model === undefined ? {} : { model }),
      isolate: "clone",
      base,
      ...(target === undefined ? {} : { target }),
      ...(asked.checks.length === 0 ? {} : { checks: asked.checks }),
      ...(asked.allow.length === 0 ? {} : { allow: asked.allow }),
    },
  }));
  for (const { metadata } of tasks) {
    const trouble = limits === undefined ? undefined : limitsTrouble(home, { ...metadata, limits });
    if (trouble !== undefined)
      throw new CommandError(`the budget can't be enforced: ${trouble}`, "leave --max-cost out, or that coder");
  }
  const { title, description, priority } = asked;
  const act = await fleet.act();
  const made = await store.transact(act, (snapshot) =>
    begin(snapshot, act, {
      title,
      description,
      priority,
      tasks,
      ...(limits === undefined ? {} : { metadata: { limits } }),
    }),
  );
  return {
    id: made.epic.id,
    title,
    base,
    tasks: made.tasks.map(({ id }, at) => ({
      id,
      coder: runners[at]?.coder ?? "",
      model: runners[at]?.model ?? null,
    })),
  };
}

async function runnersOf(home: string, asked: ExperimentAsked): Promise<Runner[]> {
  const known = await coderNames(home);
  const named = asked.with.map((one): Runner => {
    const at = one.indexOf(":");
    const [coder, model] = at < 0 ? [one, undefined] : [one.slice(0, at), one.slice(at + 1)];
    if (!known.includes(coder)) {
      const meant = nearest(coder, known);
      const which = meant === undefined ? `choose from: ${known.join(", ")}` : `did you mean ${meant}?`;
      throw new CommandError(`unknown coder ${JSON.stringify(coder)} (${which})`, "fleet coders", EXIT.usage);
    }
    if (model === "") throw new CommandError(`--with ${one} names no model`, `--with ${coder}`, EXIT.usage);
    return { coder, model };
  });
  const all = named.flatMap((one) => Array.from({ length: asked.repeat }, () => one));
  if (all.length < 2)
    throw new CommandError(
      "an experiment has two tasks at least",
      'fleet experiment "…" -d "…" --with claude:opus --with codex',
      EXIT.usage,
    );
  if (all.length > MOST_TASKS)
    throw new CommandError(`that would be ${all.length} tasks; ${MOST_TASKS} are the most`, "--repeat 1", EXIT.usage);
  return all;
}

/** "Fix login (claude/opus, 2)". */
function titleOf({ title, repeat }: ExperimentAsked, runners: readonly Runner[], at: number): string {
  const { coder = "", model } = runners[at] ?? {};
  const name = `${coder}${model === undefined ? "" : `/${model}`}`;
  const n = runners.slice(0, at).filter((one) => one.coder === coder && one.model === model).length + 1;
  const isAlone = repeat === 1 && runners.filter((one) => one.coder === coder && one.model === model).length === 1;
  return `${title} (${name}${isAlone ? "" : `, ${n}`})`;
}

function realDirectory(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (errno(error) === undefined) throw error;
    throw new CommandError(`there is no directory ${path}`, "--cwd DIR", EXIT.usage);
  }
}

/** To the coder `shell` the description is the program: words for an agent would run whatever they happen to name. */
async function refuseProse({ world: { env } }: Fleet, { description, cwd }: ExperimentAsked): Promise<void> {
  const trouble = await scriptTrouble(description, env, cwd);
  if (trouble !== undefined)
    throw new CommandError(
      `--with shell runs the description as a script, and ${trouble}`,
      "leave --with shell out, or give a script: -d 'npm run codemod'",
      EXIT.usage,
    );
}

/** Words with which a line of a script begins that are no programs. */
const BUILT_INS = new Set(
  ". : [ alias break case cd command continue echo eval exec exit export false for function if printf pwd read return set shift test trap true type ulimit umask unset until wait while { (".split(
    " ",
  ),
);

async function scriptTrouble(text: string, env: Fleet["world"]["env"], cwd: string): Promise<string | undefined> {
  const [line] = text.split("\n").filter((one) => one.trim() !== "" && !one.trim().startsWith("#"));
  if (line === undefined) return "there is none";
  const path = env["PATH"] ?? ["/usr/local/bin", "/usr/bin", "/bin"].join(delimiter);
  const checked = await runProgram({
    file: "sh",
    args: ["-n"],
    cwd: "/",
    env: { PATH: path },
    input: text,
    timeout: 5_000,
  });
  if (checked.kind === "ended" && checked.code !== 0) return "that is no script that sh can read";
  const word = /^\s*([({]|[^\s;&|()<>]+)/.exec(line)?.[1] ?? "";
  if (word === "" || BUILT_INS.has(word) || /^[A-Za-z_]\w*=|^["'$`!]/.test(word)) return undefined;
  return findProgram(word, path, cwd) === undefined
    ? `there is no program ${JSON.stringify(word)}, with which it begins`
    : undefined;
}

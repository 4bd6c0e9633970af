/**
 * Runs a task's checks on the tree that the target would get. The landing tree then contains the candidate's files, what the
 * project's setup makes of them, the ignored files that a workspace gets, and nothing else.
 */
import { runProgram } from "@fleet/kit/process/run";
import type { Source } from "@fleet/kit/git/source";

import { includeNamed } from "../workspaces/include.ts";
import { landingDir } from "../workspaces/paths.ts";
import type { Step } from "./replay.ts";
import { type GreenTree, isGreen, noteGreen } from "./green.ts";
import { LANDING_MARK } from "./marked.ts";
import { placeIn } from "./own-tree.ts";
import { checkOut, type LandingTree, othersIn } from "./tree.ts";
import { LandingError } from "./trouble.ts";

/** The project's command that prepares a workspace. */
export interface SetUp {
  readonly command: string;
  /** Milliseconds. */
  readonly timeout: number;
  /** Where in the tree it runs. */
  readonly below: string;
}

export interface Checking {
  readonly home: string;
  readonly source: Source;
  readonly commands: readonly string[];
  /** Milliseconds, each. */
  readonly timeout: number;
  /** Where in the tree they run: where the task's directory is below its top. */
  readonly below: string;
  readonly setUp?: SetUp | undefined;
  readonly env: Readonly<Record<string, string>>;
  /** As of a lander. */
  readonly until?: AbortSignal | undefined;
}

export type Checked =
  | { readonly kind: "green" }
  | { readonly kind: "red"; readonly command: string; readonly how: string; readonly output: string };

const GREEN: Checked = { kind: "green" };
const MOST = 8 * 1024 * 1024;
const SHOWN = 4000;

export async function checkCandidate(
  tree: LandingTree,
  { commit, tree: files }: Step,
  checking: Checking,
): Promise<Checked> {
  const { home, source, commands, timeout, below, setUp } = checking;
  const at = landingDir(home, source.commonDir);
  const due = commands
    .map((command): GreenTree => ({ tree: files, command, below, setup: setUp?.command ?? "" }))
    .filter((one) => !isGreen(at, one));
  let kept: readonly string[] | undefined;
  for (const one of due) {
    await checkOut(tree, commit, kept);
    if (kept === undefined) {
      const ready = await makeReady(tree, checking);
      if (ready.kind === "red") return ready;
      // Delete what a check left, because it could decide the next check; keep what the setup made.
      kept = await othersIn(tree);
    }
    const checked = await run(tree, checking, { command: one.command, timeout, below });
    if (checked.kind === "red") return checked;
    noteGreen(at, one);
  }
  return GREEN;
}

async function makeReady(tree: LandingTree, checking: Checking): Promise<Checked> {
  const { env, source, setUp } = checking;
  if (!source.isBare) await includeNamed({ env }, source, tree.dir);
  return setUp === undefined ? GREEN : await run(tree, checking, setUp);
}

async function run(tree: LandingTree, { env, until }: Checking, { command, timeout, below }: SetUp): Promise<Checked> {
  const cwd = placeIn(tree.dir, below);
  if (cwd === undefined) return { kind: "red", command, how: `${below} is no directory in the tree`, output: "" };
  const ran = await runProgram({
    file: "/bin/sh",
    args: ["-c", `exec 2>&1\n${command}`],
    cwd,
    env: { ...env, [LANDING_MARK]: tree.dir },
    timeout,
    most: MOST,
    ...(until === undefined ? {} : { until }),
  });
  if (until?.aborted === true) throw new LandingError("ended", "the lander was ended");
  if (ran.kind === "ended" && ran.code === 0) return GREEN;
  return { kind: "red", command, how: howOf(ran), output: ran.kind === "ended" ? ran.stdout.slice(-SHOWN) : "" };
}

function howOf(ran: Awaited<ReturnType<typeof runProgram>>): string {
  switch (ran.kind) {
    case "ended":
      return ran.code === null ? `ended by ${ran.signal ?? "a signal"}` : `exit ${ran.code}`;
    case "timed-out":
      return "took too long";
    case "too-much":
      return "printed too much";
    case "not-started":
      return `could not be started (${ran.why})`;
  }
}

/** The checks of a task on the tree that the target is to have: in the landing tree, with the candidate's files and none else. */
import { runProgram } from "@fleet/kit/process/run";

import { landingDir } from "../workspaces/paths.ts";
import { type GreenTree, isGreen, noteGreen } from "./green.ts";
import { checkOut, type LandingTree } from "./tree.ts";

export interface Checking {
  readonly home: string;
  readonly commonDir: string;
  readonly commands: readonly string[];
  /** Milliseconds, each. */
  readonly timeout: number;
  /** Where in the tree they run: where the task's directory is below its top. */
  readonly below: string;
  readonly env: Readonly<Record<string, string>>;
}

export type Checked =
  | { readonly kind: "green" }
  | { readonly kind: "red"; readonly command: string; readonly how: string; readonly output: string };

const MOST = 8 * 1024 * 1024;
const SHOWN = 4000;

export async function checkCandidate(
  tree: LandingTree,
  { commit, tree: files }: { readonly commit: string; readonly tree: string },
  checking: Checking,
): Promise<Checked> {
  const { home, commonDir, commands, timeout, below, env } = checking;
  const at = landingDir(home, commonDir);
  const due = commands
    .map((command): GreenTree => ({ tree: files, command, below }))
    .filter((one) => !isGreen(at, one));
  for (const one of due) {
    await checkOut(tree, commit);
    const { command } = one;
    const cwd = below === "" ? tree.dir : `${tree.dir}/${below}`;
    const ran = await runProgram({
      file: "/bin/sh",
      args: ["-c", `exec 2>&1\n${command}`],
      cwd,
      env,
      timeout,
      most: MOST,
    });
    if (ran.kind === "ended" && ran.code === 0) {
      noteGreen(at, one);
      continue;
    }
    const output = ran.kind === "ended" ? ran.stdout.slice(-SHOWN) : "";
    return { kind: "red", command, how: howOf(ran), output };
  }
  return { kind: "green" };
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

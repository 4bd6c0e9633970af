/** From the results there are to the check that is to run next. Pure. */
import type { CheckResult } from "./check-files.ts";

/** A check has to fail this often: one that fails and then passes on the same tree is flaky, and no reason to redo the work. */
const FAILS = 2;
/** A check that was killed from outside this often is not tried again. */
const MOST_INTERRUPTED = 3;
/** A place that is never quiet for the length of a check: after so many runs the last one counts. */
const MOST_DISTURBED = 5;

export type CheckState =
  | {
      readonly kind: "settled";
      readonly passed: boolean;
      /** It failed before it passed, with no concurrent attempt. */
      readonly flaky: boolean;
      readonly result: CheckResult;
      readonly runs: number;
    }
  /** It has to run (again); `whenQuiet`: it failed while another attempt was at work in the same place. */
  | { readonly kind: "due"; readonly whenQuiet: boolean };

/** `fails`: how often it has to fail. */
export function stateOf(results: readonly CheckResult[], fails = FAILS): CheckState {
  const last = results.at(-1);
  if (last === undefined) return { kind: "due", whenQuiet: false };
  const passed = last.verdict === "passed";
  const failed = results.filter(({ verdict }) => verdict === "failed");
  const flaky = passed && failed.some(({ disturbed }) => !disturbed);
  const settled = { kind: "settled", passed, flaky, result: last, runs: results.length } as const;
  if (last.verdict === "passed") return settled;
  if (last.verdict === "interrupted") {
    const killed = results.filter((one) => one.verdict === "interrupted" && one.shutdown !== true).length;
    return killed < MOST_INTERRUPTED ? { kind: "due", whenQuiet: false } : settled;
  }
  if (last.verdict === "failed" && !last.disturbed && failed.length < fails) return { kind: "due", whenQuiet: false };
  const disturbed = results.filter((one) => one.disturbed).length;
  return last.disturbed && disturbed < MOST_DISTURBED ? { kind: "due", whenQuiet: true } : settled;
}

/** One line about a failed check: the command, how it ended, its last output. */
export const failureLine = (result: CheckResult): string => `check failed: ${endLine(result)}`;

/** The command and how it ended. */
export function endLine({ command, verdict, code, ms, tail }: CheckResult): string {
  const how = {
    passed: "passed",
    failed: `exit ${code ?? "unseen"}`,
    "timed-out": `no end after ${Math.round(ms / 1000)} s`,
    interrupted: "killed from outside each time",
  }[verdict];
  const said = tail.split("\n").at(-1)?.trim() ?? "";
  return `\`${command}\`: ${how}${said === "" ? "" : `: ${said.slice(0, 200)}`}`;
}

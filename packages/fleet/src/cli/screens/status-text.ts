/** `fleet run status`. Pure. */
import { duration } from "@fleet/kit/duration";
import { shellWord } from "@fleet/kit/shell";
import { type Cell, type Paint, table } from "@fleet/kit/table";
import { localTimes } from "@fleet/kit/when";

import { reasonNow } from "../../app/terms.ts";
import { STATES } from "../../app/views/overview.ts";
import type { StatusReport } from "../../app/views/status.ts";
import { takenOffLine } from "../../app/views/taken-off.ts";
import type { Waits } from "../../app/views/waits.ts";
import { called, resumeLine, waitText } from "../../app/waiting-words.ts";
import { countWords } from "../count-words.ts";
import { type Colours, painted, stateHue } from "../style.ts";
import { wholeCommands } from "../whole-commands.ts";

/** Reasons that have a row of their own: the supervisor, its mode, accounts, failed starts. */
const TOLD: ReadonlySet<NonNullable<Waits["why"]>["kind"] | undefined> = new Set([
  "unsupervised",
  "supervised-elsewhere",
  "paused",
  "draining",
  "machine",
  "blind",
  "unreadable",
  "unsettled",
  "parked",
  "fleet-parked",
  "breaker",
]);

/** "fleet-3f1 is held by ann; run: …", or of how many it is one. */
function waitingText({ tasks, first, why, commands }: Waits, now: number): string {
  const text = why === null ? "" : reasonNow(first, why, now);
  const untold = commands.filter((command) => !text.includes(command));
  const isTold = untold.length < commands.length;
  const rest = untold.map((command, at) => `; ${isTold || at > 0 ? "or" : "run"}: ${command}`).join("");
  return `${tasks === 1 ? "" : `${tasks}, the first of them `}${first}: ${text}${rest}`;
}

/** `width`: of the terminal. */
export function statusText(report: StatusReport, c: Colours, now: number, width: number): string {
  const rows: Cell[][] = [];
  const say = (label: string, text: string, paint: Paint = (plain) => plain): void =>
    void rows.push([painted(label, paint), wholeCommands(localTimes(text, now))]);
  if (report.running) {
    const since = report.since === undefined ? "" : `, for ${duration(now - Date.parse(report.since))}`;
    say("running", `pid ${report.pid}${since}, up to ${report.max_concurrent ?? "?"} at once`, c.green);
  } else if (report.elsewhere === undefined) say("stopped", "start it: fleet run start", c.red);
  else
    say(
      "elsewhere",
      `${report.elsewhere}: whether it runs can't be seen from here; only if that place is gone for good: fleet run start --force`,
      c.yellow,
    );
  if (report.suspended)
    say(
      "suspended",
      `stopped by a signal, so nothing is claimed or watched; to continue it: kill -CONT ${report.pid}`,
      c.red,
    );
  if (report.blind !== undefined) say("trouble", report.blind, c.red);
  if (report.mode !== "running") say(report.mode, "nothing new is claimed; resume with: fleet resume", c.yellow);
  if (report.hold !== null) say("held", `nothing starts: ${report.hold.text}`, c.yellow);
  if (report.newer_version !== undefined)
    say(
      "version",
      `the supervisor is version ${report.version}, this command ${report.newer_version}: fleet run restart`,
      c.yellow,
    );
  const counts = STATES.flatMap((state) => (report.tasks[state] === 0 ? [] : [countWords(state, report.tasks[state])]));
  say("tasks", counts.join(", ") || "none");
  for (const one of report.waits)
    if (!TOLD.has(one.why?.kind)) say(one.state, waitingText(one, now), stateHue(c, one.state));
  if (report.taken_off.length > 0) say("taken off", takenOffLine(report.taken_off), c.yellow);
  for (const { task, text: where } of report.attempts_elsewhere)
    say(
      "elsewhere",
      `${task} runs ${where}; only if that place is gone for good: fleet retry ${task} --force`,
      c.yellow,
    );
  if (report.questions > 0) say("asks", waitText(report.questions).trimEnd(), c.yellow);
  for (const { account, until, reason } of report.parked)
    say("on hold", `${called(account)} until ${until ?? `you run: ${resumeLine(account)}`} (${reason})`, c.yellow);
  for (const { what, until, reason } of report.held_back)
    say(
      "held",
      `${what} keeps failing to start; next try at ${until}, or: fleet resume ${shellWord(what)} (${reason})`,
      c.yellow,
    );
  for (const text of report.standstill) say("waiting", text, c.yellow);
  for (const text of report.limits) say("limit", text, c.yellow);
  for (const problem of report.config_problems)
    say("config", `config.yaml is invalid; still using the previous settings: ${problem}`, c.red);
  for (const trouble of report.unreadable) say("trouble", trouble, c.red);
  for (const problem of report.problems) say("store", `${problem}  (fleet bd doctor)`, c.red);
  if (report.cgroups !== undefined)
    say(
      "sweeps",
      report.cgroups.kind === "area"
        ? `a cgroup per attempt, in ${report.cgroups.area}`
        : `by mark, session and parents; no cgroup per attempt: ${report.cgroups.why}`,
    );
  say("home", report.home);
  return `${table(rows, { width }).join("\n")}\n`;
}

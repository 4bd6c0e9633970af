/** What `run status` says: the supervisor, its mode, the settings in force, what is parked, how many tasks of which kind. */

import { Store } from "@fleet/store/store";

import { allAccounts } from "../../settings/accounts/accounts.ts";
import { Ledger } from "../../engine/shell/accounts/ledger.ts";
import { share, shareText } from "../../attempts/limits/spending.ts";
import { standstills } from "../../engine/core/accounts/standstill.ts";
import { called, capped, NEAR } from "../../engine/core/accounts/upkeep.ts";
import type { Cgroups } from "../../attempts/process/cgroup.ts";
import { shownSettings } from "../../settings/shown.ts";
import { blindness } from "../../engine/shell/observe/process-table.ts";
import { isStopped } from "@fleet/kit/process/id";
import { type Counts, countsOf } from "./counts.ts";
import { overview } from "./overview.ts";
import { openIn } from "../../attempts/questions/open.ts";
import type { FleetHold } from "../../engine/core/machine.ts";
import { openBreakers } from "../../engine/core/breaker.ts";
import { leaderOf, unreachable } from "../../engine/shell/state/leader.ts";
import { shownHold } from "../../engine/shell/state/machine.ts";
import type { TakenOff } from "../../landing/still-there.ts";
import { takenOffTasks } from "./taken-off.ts";
import { parkReason, waiting, waitsUntil } from "../../engine/core/accounts/park.ts";
import { readParked } from "../../engine/shell/state/parked.ts";
import { readSaid } from "../../engine/shell/state/said.ts";
import { VERSION } from "../../program/version.ts";
import { type Waits, waits } from "./waits.ts";

export interface StatusReport {
  readonly home: string;
  readonly running: boolean;
  readonly pid: number | undefined;
  readonly since: string | undefined;
  /** Where it may run out of sight of this machine: in words. */
  readonly elsewhere: string | undefined;
  /** Stopped by a signal (SIGSTOP): it is there, and does nothing. */
  readonly suspended: boolean;
  readonly version: string | undefined;
  /** The command's own, where it differs from the supervisor's. */
  readonly newer_version: string | undefined;
  /** How the processes of attempts are told from others: `why` there is no cgroup for each, where there is none. */
  readonly cgroups: Cgroups | undefined;
  /** What keeps everything from starting: the machine is short of something, or the program's own files are gone. */
  readonly hold: { readonly kind: FleetHold["kind"]; readonly text: string; readonly since: string } | null;
  readonly mode: "running" | "paused" | "draining";
  /** Null where no settings hold: the file is invalid, and none were accepted before. */
  readonly max_concurrent: number | null;
  readonly config_problems: readonly string[];
  /** Coders and directories that failed to start too often in a row: when one attempt is let through, and why. */
  readonly held_back: readonly { readonly what: string; readonly until: string; readonly reason: string }[];
  /** Accounts that wait; `account` is "*" for the fleet as a whole. */
  readonly parked: readonly {
    readonly account: string;
    readonly coder: string;
    readonly until: string | null;
    readonly reason: string;
  }[];
  /** Coders of which nothing can run, and when that is over. */
  readonly standstill: readonly string[];
  /** Daily limits that are near or reached. */
  readonly limits: readonly string[];
  readonly tasks: Counts;
  /** Why those wait that neither run nor are started next. */
  readonly waits: readonly Waits[];
  /** Closed tasks whose work somebody took off its target since. */
  readonly taken_off: readonly TakenOff[];
  /** Attempts that run where they can't be seen from here, and so keep their places. */
  readonly attempts_elsewhere: readonly { readonly task: string; readonly text: string }[];
  /** What agents ask and nobody has answered yet. */
  readonly questions: number;
  /** Why nothing is judged by the process table. */
  readonly blind: string | undefined;
  /** Why nothing is claimed, whatever was said: files that say it can't be read. */
  readonly unreadable: readonly string[];
  /** Lines of the store that can't be decoded, and parts of it that can't be read. */
  readonly problems: readonly string[];
}

export async function statusOf(home: string): Promise<StatusReport> {
  const led = leaderOf(home);
  const record = led.kind === "here" ? led.record : undefined;
  const shown = shownHold(home);
  const store = new Store(home);
  const settings = await shownSettings(home, store);
  const { config } = settings;
  const snapshot = store.snapshot();
  const wall = Date.now();
  const parked = readParked(home);
  const said = readSaid(home);
  const accounts = allAccounts(config);
  const seen = overview(home, snapshot, settings, wall, "all");
  return {
    home,
    running: record !== undefined,
    pid: record?.pid,
    since: record?.since,
    elsewhere: led.kind === "unknown" ? unreachable(led) : undefined,
    suspended: record !== undefined && isStopped(record.pid),
    version: record?.version,
    newer_version: record !== undefined && record.version !== VERSION ? VERSION : undefined,
    cgroups: record?.cgroups,
    hold: shown === undefined ? null : { kind: shown.hold.kind, text: shown.text, since: shown.since },
    mode: said.mode,
    max_concurrent: settings.unsettled === undefined ? config.max_concurrent : null,
    config_problems: settings.problems,
    held_back: openBreakers(said.breakers).map(({ what, breaker: { probeAt, reason } }) => ({
      what,
      until: new Date(probeAt ?? 0).toISOString(),
      reason,
    })),
    parked: Object.entries(waiting(parked, config.auto_resume, wall)).map(([account, park]) => ({
      account,
      coder: accounts.find(({ name }) => name === account)?.coder ?? account,
      until: waitsUntil(park, config.auto_resume) === Infinity ? null : park.until,
      reason: parkReason(account, park, config.auto_resume),
    })),
    standstill: standstills(config, parked, wall).map(({ text }) => text),
    limits: capped(config, new Ledger(home).today(wall))
      .filter((one) => (share(one) ?? 0) >= NEAR)
      .map((one) => `${called(one.name)}: ${shareText(one)}`),
    tasks: countsOf(seen),
    waits: waits(seen),
    taken_off: takenOffTasks(home, snapshot),
    attempts_elsewhere: seen.flatMap(({ id, liveness }) =>
      liveness?.kind === "elsewhere" ? [{ task: id, text: liveness.text }] : [],
    ),
    questions: openIn(store, wall).length,
    blind: blindness(),
    unreadable: said.unreadable,
    problems: snapshot.problems.map((problem) => `${problem.file}:${problem.line}: ${problem.reason}`),
  };
}

/** What `fleet doctor` finds in what runs: claims of whom nothing lives, invalid settings, a supervisor that starts nothing. */
import { counted } from "@fleet/kit/figures";
import { bootId } from "@fleet/kit/clock";
import { isStopped } from "@fleet/kit/process/id";
import { shellWord } from "@fleet/kit/shell";
import { heldBy, isElsewhere, landingOf, reviewOf } from "@fleet/store/claims";
import { fleetRecord } from "@fleet/store/fleet-record";
import { homeId } from "@fleet/store/home-id";
import type { Issue } from "@fleet/store/issue";
import type { Snapshot } from "@fleet/store/snapshot";
import type { Store } from "@fleet/store/store";
import { millis } from "@fleet/store/time";

import { isGroupOf } from "../../attempts/process/cgroup-place.ts";
import { livingOf } from "../../attempts/process/cgroup.ts";
import { processes } from "../../attempts/process/procs.ts";
import { dirOf } from "../../attempts/records/paths.ts";
import { readAttempt } from "../../attempts/records/record.ts";
import { ownLeader, readPid } from "../../attempts/records/pid-file.ts";
import { leaderOf, unreachable } from "../../engine/shell/state/leader.ts";
import { shownHold } from "../../engine/shell/state/machine.ts";
import { readSaid } from "../../engine/shell/state/said.ts";
import { awayFrom } from "../../engine/shell/state/shown-life.ts";
import { readConfig } from "../../settings/file.ts";
import { configPath } from "../../settings/place.ts";

export interface Check {
  readonly name: string;
  readonly status: "ok" | "warning" | "error";
  readonly message: string;
  /** The command that fixes it. */
  readonly fix?: string;
  /** `bd doctor --fix` fixes it. */
  readonly fixable?: boolean;
}

/** A claim by hand that nothing was heard of for so long is worth a look. */
const QUIET_DAYS = 7;

/** For a person's approval, or to land. */
const waits = (issue: Issue): boolean => reviewOf(issue) !== undefined || landingOf(issue) !== undefined;

/** For tasks held by an attempt or by hand: whether a process of the holder is alive. */
export function claimChecks({ home, gitDir }: Store, snapshot: Snapshot, now: number): Check[] {
  const claimed = [...snapshot.live.values()].filter(
    (issue) => (issue.status === "in_progress" && !waits(issue)) || heldBy(issue) !== undefined,
  );
  if (claimed.length === 0) return [];
  const supervised = leaderOf(home).kind !== "none";
  const running = processes();
  const daysOf = (issue: Issue): number => Math.floor((now - millis(issue.updated_at)) / 86_400_000);
  return claimed.flatMap((issue): Check[] => {
    const { id, assignee = "" } = issue;
    const held = heldBy(issue);
    // A claim that names no home is no other home's: nothing settles it but a person.
    const isNobodys = fleetRecord(issue).home === undefined;
    if (held !== undefined && !isNobodys && isElsewhere(issue, homeId(gitDir))) {
      const days = daysOf(issue);
      if (days < QUIET_DAYS) return [];
      const message = `${id} is held by attempt ${held.n} of another home, and was not touched for ${counted(days, "day")}`;
      const fix = `fleet sync  # only if that home is gone for good: fleet retry ${id} --force`;
      return [{ name: "claim", status: "warning", message, fix }];
    }
    if (held !== undefined) {
      const dir = dirOf(home, id, held);
      // Of what can't be seen from here nothing is said.
      if (running === undefined || awayFrom(dir) !== undefined) return [];
      const started = readAttempt(dir);
      const group = started?.cgroup;
      const known = group !== undefined && isGroupOf(group, held.uuid) ? group : undefined;
      if (livingOf(running, held.uuid, ownLeader(readPid(dir), started, bootId()), known).length > 0) return [];
      // One that runs starts what it claimed, and settles what ended, within moments.
      if (supervised && !isNobodys) return [];
      const fix = isNobodys ? `fleet retry ${id} --force` : "fleet run start";
      const message = `${id} is held by attempt ${held.n}, which has no living processes`;
      return [{ name: "claim", status: "warning", message, fix }];
    }
    if (assignee === "")
      return [
        {
          name: "claim",
          status: "warning",
          message: `${id} is in progress, but has no assignee`,
          fix: `fleet bd update ${id} --status open`,
          fixable: true,
        },
      ];
    const days = daysOf(issue);
    if (days < QUIET_DAYS) return [];
    const message = `${id} is in progress by ${assignee}, and was not touched for ${counted(days, "day")}`;
    return [{ name: "claim", status: "warning", message, fix: `fleet bd update ${id} --status open --assignee ""` }];
  });
}

/** What is wrong with config.yaml. */
export function settingsChecks(home: string): Check[] {
  const checked = readConfig(home);
  if (checked.ok) return [];
  const fix = `\${EDITOR:-vi} ${shellWord(configPath(home))}; fleet config show`;
  return checked.problems.map((message): Check => ({ name: "config", status: "error", message, fix }));
}

/** What keeps its supervisor from starting anything, as `fleet run status` says it. */
export function supervisorChecks(home: string): Check[] {
  const warning = (message: string, fix: string): Check => ({ name: "supervisor", status: "warning", message, fix });
  const found = readSaid(home).unreadable.map((why) => warning(why, "fleet resume"));
  const hold = shownHold(home);
  if (hold !== undefined) {
    const fix = hold.hold.kind === "program" ? "fleet run restart" : "fleet run status";
    found.push(warning(`nothing starts: ${hold.text}`, fix));
  }
  const led = leaderOf(home);
  if (led.kind === "unknown")
    found.push(
      warning(`a supervisor may run where it can't be seen from here: ${unreachable(led)}`, "fleet run status"),
    );
  else if (led.kind === "here" && isStopped(led.record.pid))
    found.push(
      warning("the supervisor is stopped by a signal: nothing is claimed or watched", `kill -CONT ${led.record.pid}`),
    );
  return found;
}

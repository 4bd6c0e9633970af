/**
 * The world as a command sees it, from the home alone, with and without a supervisor: what `dispatch` needs to say why a task
 * does not start. Changes nothing.
 */
import { ifReadable } from "@fleet/kit/errors";
import { ignoresCase } from "@fleet/kit/letter-case";
import { monotonic } from "@fleet/kit/clock";
import { whereabouts } from "@fleet/kit/process/id";
import { realDirectoriesNow } from "@fleet/kit/process/real-directories";
import { heldBy, isElsewhere } from "@fleet/store/claims";
import { fleetRecord } from "@fleet/store/fleet-record";
import { homeId } from "@fleet/store/home-id";
import { gitDirOf } from "@fleet/store/home";
import type { Issue } from "@fleet/store/issue";
import type { Snapshot } from "@fleet/store/snapshot";

import { dueWhenQuiet } from "../../attempts/evidence/check-due.ts";
import { dirOf } from "../../attempts/records/paths.ts";
import { readStop } from "../../attempts/records/stop.ts";
import { readAttempt } from "../../attempts/records/record.ts";
import { parksIn } from "../../engine/core/accounts/parks.ts";
import { slots } from "../../engine/core/accounts/slots.ts";
import { isAgent } from "../../engine/core/is-agent.ts";
import { coderOf, cwdOf, lookedIn, sharingOf } from "../../engine/core/tasks.ts";
import type { LandingView } from "../../engine/core/landing.ts";
import type { AttemptView, Mode, Phase, TaskView, World } from "../../engine/core/world.ts";
import { blindness } from "../../engine/shell/observe/process-table.ts";
import type { Name, Names } from "../../engine/shell/observe/real-names.ts";
import { QueueSeen, withTree } from "../../engine/shell/observe/queue-seen.ts";
import { sourcesShown } from "../../engine/shell/observe/sources-seen.ts";
import { breakersIn, limitsIn } from "../../engine/shell/observe/surroundings.ts";
import { leaderOf, placeOf, unreachable } from "../../engine/shell/state/leader.ts";
import { shownHold } from "../../engine/shell/state/machine.ts";
import { awayFrom } from "../../engine/shell/state/shown-life.ts";
import { readParked } from "../../engine/shell/state/parked.ts";
import { shownLandings } from "../../engine/shell/state/shown-landings.ts";
import { shownSources } from "../../engine/shell/state/shown-sources.ts";
import { readSaid, type Said } from "../../engine/shell/state/said.ts";
import type { InForce } from "../../settings/in-force.ts";
import type { Config } from "../../settings/schema.ts";
import { TUNING } from "../../settings/tuning.ts";

/** `known`: where directories are, of whoever has asked already; else they are asked now. */
export function seenWorld(home: string, snapshot: Snapshot, settings: InForce, wall: number, known?: Names): World {
  const { config } = settings;
  const gitDir = gitDirOf(home);
  const said = readSaid(home);
  const limits = limitsIn(config, TUNING);
  const breakers = breakersIn(said.breakers, wall, TUNING);
  const attempts = attemptsIn(home, snapshot, config);
  const names = known ?? namesNow(() => [...cwdsOf(snapshot), ...attempts.map(({ cwd }) => cwd)]);
  const around = { names, sources: sourcesShown(home, shownSources(home)), tripped: breakers.tripped, attempts };
  const { tasks, isNamed } = new QueueSeen(gitDir).look(snapshot, config, wall, around);
  return {
    now: monotonic(),
    wall,
    mode: modeOf(home, settings, said),
    unknown: false,
    limits,
    ...breakers,
    ignoresCase: ignoresCase(home),
    tasks,
    landings: landingsShown(tasks, shownLandings(home)),
    accounts: slots(config),
    ...parksIn(readParked(home), config.auto_resume, wall),
    hold: shownHold(home)?.hold,
    attempts: !isNamed ? attempts : attempts.map((one) => withTree(one, names)),
  };
}

const cwdsOf = (snapshot: Snapshot): string[] => [...snapshot.live.values()].map(cwdOf);

/** All whose names `seenWorld` asks for. */
export const directoriesIn = (home: string, snapshot: Snapshot, { config }: InForce): string[] => [
  ...cwdsOf(snapshot),
  ...attemptsIn(home, snapshot, config).map(({ cwd }) => cwd),
];

/** What waits now, as the supervisor last saw it. */
const landingsShown = (tasks: readonly TaskView[], shown: readonly LandingView[]): LandingView[] =>
  shown.filter(({ task }) => tasks.some(({ id, landing }) => id === task && landing !== undefined));

/** All at once, and for no longer than a person waits: one that gives no answer is told, not waited for. */
function namesNow(paths: () => readonly string[]): Names {
  let real: ReturnType<typeof realDirectoriesNow> | undefined;
  const of = (path: string): Name => {
    real ??= realDirectoriesNow(paths().filter((one) => one !== ""));
    const known = path === "" ? { real: path, tree: path } : real.get(path);
    return known === undefined ? { kind: "silent" } : { kind: "known", ...known };
  };
  return { version: 0, of };
}

function modeOf(home: string, { unsettled }: InForce, { mode, unreadable }: Said): Mode {
  if (unreadable.length > 0) return { kind: "unreadable", why: unreadable.join("; ") };
  if (mode !== "running") return { kind: mode };
  const led = leaderOf(home);
  if (led.kind === "unknown" && whereabouts(placeOf(led.record)) !== "here")
    return { kind: "elsewhere", where: unreachable(led) };
  const blind = blindness();
  if (blind !== undefined) return { kind: "blind", why: blind };
  if (led.kind !== "none") return { kind: "running" };
  return unsettled === undefined ? { kind: "unsupervised" } : { kind: "unsettled", why: unsettled };
}

/** Those that the store names and this home made: they have their places whether anybody watches them or not. */
function attemptsIn(home: string, snapshot: Snapshot, config: Config): AttemptView[] {
  const here = homeId(gitDirOf(home));
  return [...snapshot.live.values()]
    .filter((issue) => heldBy(issue) !== undefined && !isElsewhere(issue, here))
    .flatMap((issue) => attemptOf(home, issue, config) ?? []);
}

function attemptOf(home: string, issue: Issue, config: Config): AttemptView | undefined {
  const ref = heldBy(issue);
  if (ref === undefined) return undefined;
  const dir = dirOf(home, issue.id, ref);
  const record = ifReadable(() => readAttempt(dir));
  const coder = record?.coder ?? coderOf(issue, config);
  return {
    task: issue.id,
    ref,
    coder,
    path: lookedIn(issue, config),
    account: record?.account ?? fleetRecord(issue).account ?? coder,
    cwd: record?.source ?? record?.cwd ?? cwdOf(issue),
    isolated: record === undefined ? sharingOf(issue, config).isolated : record.source !== undefined,
    isAgent: isAgent(coder, config),
    ...(record?.place === undefined ? {} : { place: record.place }),
    claim: "held",
    phase: ifReadable(() => phaseOf(dir)) ?? { kind: "unseen" },
  };
}

/** Of what it does only this matters to others: where it runs, and that a check of it waits until nothing else is at work there. */
function phaseOf(dir: string): Phase {
  const where = awayFrom(dir);
  if (where !== undefined) return { kind: "elsewhere", where, stopped: readStop(dir) !== undefined };
  const due = dueWhenQuiet(dir);
  if (due !== undefined)
    return { kind: "proving", step: { kind: "check", check: due.check, run: due.run, whenQuiet: true } };
  return { kind: "claimed", stopped: false };
}

/** An attempt's state: what follows from what is seen of it and done about it, and that a crash loses nothing of it. */
import * as fc from "fast-check";
import { expect, it } from "vitest";

import { advance, after, type Done, hasEnded, mayShow, QUIET_SWEEPS } from "../../src/engine/core/advance.ts";
import { type Attempt, recordOf, type State, wrapperOf } from "../../src/engine/core/attempt.ts";
import { phaseOf } from "../../src/engine/core/attempt-phase.ts";
import type { ProofSeen, Seen } from "../../src/engine/core/attempt-seen.ts";
import { awaySince, passOver } from "../../src/engine/core/away.ts";
import { proofStep } from "../../src/engine/core/proof.ts";
import { newHandle } from "../../src/engine/shell/loop/handle.ts";
import { unseen } from "../../src/engine/shell/observe/observe.ts";
import { claimedAttempt, RECORD, runningState, runSeen, WRAPPER } from "../support/attempt.ts";

const AT = { now: 1_000, wall: 2_000_000 };

/** What there is to be seen of an attempt. */
interface Disk {
  recorded: boolean;
  pid: "none" | "fenced" | "wrapper";
  alive: boolean;
  /** What changed is written down. */
  looked: boolean;
  judged: boolean;
}

function seenOf(disk: Disk, attempt: Attempt): Seen {
  const record = disk.recorded ? RECORD : undefined;
  if (disk.judged) return { kind: "judged" };
  if (disk.pid === "fenced") return { kind: "fenced", record };
  if (record === undefined) return { kind: "claimed", stopped: false };
  if (disk.pid === "none") return { kind: "launching", record, otherBoot: false, stopped: false };
  if (disk.alive) return runSeen();
  const proof: ProofSeen = { kind: disk.looked ? "unchecked" : "unlooked" };
  const ended = { kind: "ended", record, wrapper: WRAPPER, isVanished: true } as const;
  return { ...ended, proof: mayShow(attempt) ? proof : undefined };
}

const look = (disk: Disk, attempt: Attempt): Attempt => advance(attempt, seenOf(disk, attempt), AT);
const swept = (left: readonly number[]): Done => ({ kind: "swept", left, drained: true });

/** As it is after the sweeps that an attempt which has ended needs anyway. */
function atRest(disk: Disk, attempt: Attempt): Attempt {
  let now = look(disk, attempt);
  while (now.state.kind === "ending") now = look(disk, after(now, swept([]), AT.now));
  return now;
}

const EVENTS = {
  start: (disk: Disk, attempt: Attempt) => {
    if (attempt.state.kind !== "claimed" || disk.pid !== "none") return attempt;
    disk.recorded = true;
    return after(attempt, { kind: "recorded", record: RECORD }, AT.now);
  },
  wrapper: (disk: Disk, attempt: Attempt) => {
    if (disk.recorded && disk.pid === "none") [disk.pid, disk.alive] = ["wrapper", true];
    return attempt;
  },
  fence: (disk: Disk, attempt: Attempt) => {
    if (disk.pid === "none") disk.pid = "fenced";
    return attempt;
  },
  signal: (_disk: Disk, attempt: Attempt) => after(attempt, { kind: "signalled", signal: "SIGTERM" }, AT.now),
  end: (disk: Disk, attempt: Attempt) => {
    disk.alive = false;
    return attempt;
  },
  "sweep, and something is left": (_disk: Disk, attempt: Attempt) => after(attempt, swept([7]), AT.now),
  sweep: (_disk: Disk, attempt: Attempt) => after(attempt, swept([]), AT.now),
  "write down what changed": (disk: Disk, attempt: Attempt) => {
    if (attempt.state.kind === "verifying") disk.looked = true;
    return attempt;
  },
  judge: (disk: Disk, attempt: Attempt) => {
    const isShown = attempt.state.kind === "verifying" && attempt.state.looked;
    if (isShown || attempt.state.kind === "fenced") disk.judged = true;
    return attempt;
  },
  "stand still": (_disk: Disk, attempt: Attempt) => passOver(attempt, { from: 10, to: 20 }),
  crash: () => claimedAttempt(),
} as const satisfies Record<string, (disk: Disk, attempt: Attempt) => Attempt>;

/** The fields of each state, and no others. */
const FIELDS: Readonly<Record<State["kind"], readonly string[]>> = {
  claimed: ["fresh", "place"],
  launching: ["record"],
  elsewhere: ["record", "wrapper"],
  fenced: ["record"],
  running: Object.keys(runningState()).filter((name) => name !== "kind"),
  ending: ["drained", "quiet", "ran", "record", "saidLeft", "sweeps", "vanishedAt", "wrapper"],
  verifying: ["frozen", "looked", "quiet", "record", "termedAt", "vanishedAt", "wrapper"],
  judged: ["record", "vanishedAt", "wrapper"],
};
const fieldsOf = ({ kind: _kind, ...fields }: State): string[] => Object.keys(fields).toSorted();

const ANY = [
  "start",
  "wrapper",
  "fence",
  "signal",
  "end",
  "sweep, and something is left",
  "stand still",
  "crash",
] as const;
const ONE_LIFE = ["start", "wrapper", "end", "sweep", "sweep", "sweep", "write down what changed", "judge"] as const;
/** A life from claim to verdict, in which anything may come between. */
const anyEvents = fc
  .tuple(
    ...ONE_LIFE.map((event) => fc.array(fc.constantFrom(...ANY), { maxLength: 2 }).map((some) => [...some, event])),
  )
  .map((parts) => parts.flat());

it("whatever happens, a crash included, its state is one of the union with that member's fields alone, as disk has it", () => {
  const reached = new Set<State["kind"]>();
  fc.assert(
    fc.property(anyEvents, (events) => {
      const disk: Disk = { recorded: false, pid: "none", alive: false, looked: false, judged: false };
      let attempt: Attempt = claimedAttempt();
      for (const event of events) {
        attempt = EVENTS[event](disk, attempt);
        const seen = seenOf(disk, attempt);
        attempt = advance(attempt, seen, AT);
        reached.add(attempt.state.kind);
        expect(fieldsOf(attempt.state)).toEqual([...FIELDS[attempt.state.kind]].toSorted());
        // The plan is told of it what was seen.
        expect(phaseOf(attempt, seen, AT.now).kind === "unseen").toBe(false);
        const [kept, anew] = [atRest(disk, attempt), atRest(disk, claimedAttempt())];
        expect(kept.state.kind).toBe(anew.state.kind);
        if (kept.state.kind !== "judged")
          expect([recordOf(kept), wrapperOf(kept)]).toEqual([recordOf(anew), wrapperOf(anew)]);
      }
    }),
  );
  expect([...reached].toSorted()).toEqual([
    "claimed",
    "ending",
    "fenced",
    "judged",
    "launching",
    "running",
    "verifying",
  ]);
});

it("what can't be seen leaves it as it is, and so does the result of what was done in another state", () => {
  const running: Attempt = { ...claimedAttempt(), state: runningState({ termedAt: 5 }) };
  expect(advance(running, { kind: "unseen" }, AT)).toEqual(running);
  const late: readonly Done[] = [swept([]), { kind: "check-concluded" }, { kind: "recorded", record: RECORD }];
  for (const done of late) expect(after(running, done, AT.now)).toEqual(running);
});

it("work beside a wait is to be kept once a second of it is not on disk, of which the first look knows", () => {
  const worked = [{ from: 0, to: 5_000 }];
  const seen = (to: number): Seen => ({ ...runSeen(), worked: [{ from: 0, to }] });
  const unkept = (attempt: Attempt, to: number): unknown => {
    const phase = phaseOf(advance(attempt, seen(to), AT), seen(to), AT.now);
    return phase.kind === "running" ? phase.unkept : phase;
  };
  const adopted = advance(claimedAttempt(), { ...runSeen(), worked }, AT);
  expect(unkept(adopted, 5_999)).toBeUndefined();
  expect(unkept(adopted, 6_000)).toEqual([{ from: 0, to: 6_000 }]);
  const kept = after(advance(adopted, seen(6_000), AT), { kind: "work-kept", millis: 6_000 }, AT.now);
  expect(unkept(kept, 6_500)).toBeUndefined();
});

const ending = (disk: Disk, ran: State): Attempt => look(disk, { ...claimedAttempt(), state: ran });
const GONE: Disk = { recorded: true, pid: "wrapper", alive: false, looked: false, judged: false };

it("what is alive again after it seemed to have ended was signalled before", () => {
  const gone = ending(GONE, runningState({ termedAt: 5, killedAt: 6 }));
  expect(look({ ...GONE, alive: true }, gone).state).toMatchObject({ kind: "running", termedAt: 5, killedAt: 6 });
});

it("a sweep that finds something restarts the count of quiet ones", () => {
  let attempt = ending(GONE, runningState());
  for (const left of [[], [], [7]]) attempt = after(attempt, swept(left), AT.now);
  expect(attempt.state).toMatchObject({ kind: "ending", quiet: 0, sweeps: 1, drained: false, saidLeft: "7" });
  for (let sweep = 0; sweep < QUIET_SWEEPS; sweep++) {
    expect(attempt.state.kind === "ending" && hasEnded(attempt.state)).toBe(false);
    attempt = after(attempt, swept([]), AT.now);
  }
  expect(look(GONE, attempt).state).toMatchObject({ kind: "verifying", looked: false });
});

it("time away that two saw counts once, and every remembered time moves on by it", () => {
  let attempt: Attempt = {
    ...claimedAttempt(),
    state: runningState({ termedAt: 900, grew: { bytes: 1, at: 800 } }),
  };
  for (const span of [
    { from: 1_000, to: 3_000 },
    { from: 2_000, to: 4_000 },
  ])
    attempt = passOver(attempt, span);
  expect(attempt.state).toMatchObject({ termedAt: 3_900, grew: { at: 3_800 } });
  expect([awaySince(attempt, 0), awaySince(attempt, 2_500), awaySince(attempt, 9_000)]).toEqual([3_000, 1_500, 0]);
});

const failed = { command: "false", verdict: "failed", ms: 1, disturbed: false, tail: "" } as const;
const passed = { ...failed, verdict: "passed" } as const;
const between = (
  isWanted: boolean,
  checks: Extract<ProofSeen, { kind: "between" }>["checks"],
  isLookedAgain = true,
): ProofSeen => ({
  kind: "between",
  isWanted,
  checks,
  isLookedAgain,
});

it.each<[what: string, seen: ProofSeen, expected: object | undefined]>([
  ["nothing is written down", { kind: "unlooked" }, { kind: "look", busy: false }],
  ["somebody is at it", { kind: "looking" }, { kind: "look", busy: true }],
  ["there are no checks", { kind: "unchecked" }, undefined],
  ["the first was not run", between(true, [{ runs: [], results: [] }]), { kind: "check", check: 1, run: 1 }],
  ["nobody wants its answer", between(false, [{ runs: [], results: [] }]), undefined],
  [
    "the first passed, the second was not run",
    between(true, [
      { runs: [1], results: [passed] },
      { runs: [], results: [] },
    ]),
    { kind: "check", check: 2, run: 1 },
  ],
  [
    "it failed beside another attempt",
    between(true, [{ runs: [1], results: [{ ...failed, disturbed: true }] }]),
    { kind: "check", check: 1, run: 2, whenQuiet: true },
  ],
  ["it failed alone", between(true, [{ runs: [1], results: [failed] }]), { kind: "check", check: 1, run: 2 }],
  ["it failed twice", between(true, [{ runs: [1, 2], results: [failed, failed] }]), undefined],
  [
    "what the checks left is not written down",
    between(true, [{ runs: [1], results: [passed] }], false),
    { kind: "look", busy: false },
  ],
])("evidence: %s", (_what, seen, expected) => {
  const step = proofStep({ away: [] }, { termedAt: undefined }, seen);
  if (expected === undefined) expect(step).toBeUndefined();
  else expect(step).toMatchObject(expected);
});

it("one that can't be looked at keeps the directory in which it works, by the name by which others are counted there", () => {
  const handle = newHandle({ ...claimedAttempt({ cwd: "/link" }), fresh: false });
  expect(unseen(handle).cwd).toBe("/link");
  expect(unseen({ ...handle, state: runningState() })).toMatchObject({ cwd: RECORD.cwd, phase: { kind: "unseen" } });
});

/** `plan`: a table of what follows from what, and the promises over random worlds. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { LIMITS as LIMIT_NAMES } from "../../src/settings/limits/limits.ts";
import { isStep } from "../../src/engine/core/recordings.ts";
import { attemptOf as attempt, SURROUNDINGS, taskOf as task } from "../support/world.ts";
import { QUIET_SWEEPS } from "../../src/engine/core/advance.ts";
import { lives, plan } from "../../src/engine/core/plan.ts";
import type { ProofStep } from "../../src/engine/core/proof-step.ts";
import type { AttemptView, Claim, Limits, Mode, Phase, Running, TaskView, World } from "../../src/engine/core/world.ts";
import type { Step } from "../../src/engine/core/action.ts";
import { runs } from "../../../kit/test/runs.ts";

const NOW = 1_000_000;

const LIMITS: Limits = {
  maxConcurrent: 3,
  maxPerCoder: {},
  killGrace: 5_000,
  finishGrace: 15_000,
  launchGrace: 10_000,
  limitStagger: 0,
  onParked: "fresh",
};

const running = (over: Partial<Running> = {}): Phase => ({
  kind: "running",
  startedAt: NOW - 1_000,
  limits: { timeout: 60_000 },
  used: {},
  warned: [],
  stop: undefined,
  termedAt: undefined,
  finishedAt: undefined,
  resultAt: undefined,
  context: undefined,
  ...over,
});

const world = (over: Partial<World> = {}): World => ({
  now: NOW,
  wall: NOW,
  mode: { kind: "running" },
  unknown: false,
  limits: LIMITS,
  ...SURROUNDINGS,
  tasks: [],
  attempts: [],
  ...over,
});

/** What moves an attempt on; what is written down besides has tests of its own. */
const steps = (w: World): Step[] => plan(w).filter(isStep);

/** An action in one word or two. */
function words(action: Step): string {
  switch (action.kind) {
    case "claim":
    case "land":
      return `${action.kind} ${action.task}`;
    case "warn":
      return `warn ${action.measure.limit}`;
    case "stop":
      return `stop ${action.reason.kind}`;
    case "signal":
      return action.signal;
    case "start":
    case "fence":
    case "sweep":
    case "outcome":
    case "settle":
    case "exit":
      return action.kind;
    case "prove":
      return `prove ${action.step.kind}`;
  }
}

const next = (view: AttemptView, over: Partial<World> = {}): string =>
  steps(world({ attempts: [view], ...over }))
    .map(words)
    .join(", ");

const KILLED = { kind: "killed", by: "ann" } as const;
const stopping = (deadline: number): Mode => ({ kind: "stopping", deadline });
const launching = (since: number, over = {}): Phase => ({
  kind: "launching",
  since,
  otherBoot: false,
  stopped: false,
  ...over,
});

describe("one attempt", () => {
  it.each<[what: string, view: AttemptView, over: Partial<World>, expected: string]>([
    ["claimed", attempt({ kind: "claimed", stopped: false }), {}, "start"],
    [
      "claimed, and the fleet is paused",
      attempt({ kind: "claimed", stopped: false }),
      { mode: { kind: "paused" } },
      "start",
    ],
    ["claimed, claim gone", attempt({ kind: "claimed", stopped: false }, { claim: "gone" }), {}, "fence"],
    ["claimed, claim unknown", attempt({ kind: "claimed", stopped: false }, { claim: "unknown" }), {}, ""],
    ["claimed, and killed since", attempt({ kind: "claimed", stopped: true }), {}, "fence"],
    [
      "claimed, and the supervisor leaves",
      attempt({ kind: "claimed", stopped: false }),
      { mode: stopping(NOW + 1) },
      "fence",
    ],
    ["launching", attempt(launching(NOW - 1_000)), {}, ""],
    ["launching for too long", attempt(launching(NOW - 10_001)), {}, "fence"],
    ["launching before the machine went down", attempt(launching(NOW, { otherBoot: true })), {}, "fence"],
    ["launching, and killed since", attempt(launching(NOW, { stopped: true })), {}, "fence"],
    ["launching, claim gone", attempt(launching(NOW), { claim: "gone" }), {}, "fence"],
    ["not to be seen", attempt({ kind: "unseen" }, { claim: "unknown" }), {}, ""],
    ["fenced", attempt({ kind: "fenced" }), {}, "outcome"],
    ["fenced, claim unknown", attempt({ kind: "fenced" }, { claim: "unknown" }), {}, ""],
    ["running", attempt(running()), {}, ""],
    ["running, claim gone", attempt(running(), { claim: "gone" }), {}, "stop claim-lost"],
    ["running, claim unknown", attempt(running(), { claim: "unknown" }), { unknown: true }, ""],
    ["it changed what is protected", attempt(running({ touched: ["a hook"] })), {}, "stop protected"],
    ["running too long", attempt(running({ startedAt: NOW - 60_001 })), {}, "stop timed-out"],
    [
      "running too long, claim unknown",
      attempt(running({ startedAt: NOW - 60_001 }), { claim: "unknown" }),
      {},
      "stop timed-out",
    ],
    ["nearly too long", attempt(running({ startedAt: NOW - 48_000 })), {}, "warn timeout"],
    ["nearly too long, and said", attempt(running({ startedAt: NOW - 48_000, warned: ["timeout"] })), {}, ""],
    [
      "nearly too long, claim unknown",
      attempt(running({ startedAt: NOW - 48_000 }), { claim: "unknown" }),
      {},
      "warn timeout",
    ],
    ["in the last turn it has", attempt(running({ limits: { turns: 5 }, used: { turns: 5 } })), {}, "warn turns"],
    ["its turns are used up", attempt(running({ limits: { turns: 5 }, used: { turns: 6 } })), {}, "stop over-limit"],
    ["no limit on what is used", attempt(running({ limits: {}, used: { turns: 500, usd: 9 } })), {}, ""],
    ["a limit on what is not told", attempt(running({ limits: { turns: 5 }, used: {} })), {}, ""],
    [
      "over its cost, as its closing line says",
      attempt(running({ resultAt: NOW, limits: { usd: 1 }, used: { usd: 2 } })),
      {},
      "warn usd",
    ],
    ["silent for too long", attempt(running({ limits: { idle: 100 }, used: { idle: 100 } })), {}, "stop over-limit"],
    [
      "context nearly full",
      attempt(running({ context: { tokens: 80, window: 100, threshold: 0.8 } })),
      {},
      "stop context-full",
    ],
    ["context below the threshold", attempt(running({ context: { tokens: 79, window: 100, threshold: 0.8 } })), {}, ""],
    [
      "finished, context full",
      attempt(running({ finishedAt: NOW, context: { tokens: 99, window: 100, threshold: 0.8 } })),
      {},
      "",
    ],
    ["finished a moment ago", attempt(running({ finishedAt: NOW - 15_000 })), {}, ""],
    ["finished, and does not leave", attempt(running({ finishedAt: NOW - 15_001 })), {}, "stop finished"],
    ["finished, and still in a tool", attempt(running({ finishedAt: NOW - 60_000, openAt: NOW })), {}, ""],
    ["finished, and quiet since", attempt(running({ finishedAt: NOW - 60_000, openAt: NOW - 15_000 })), {}, ""],
    [
      "finished, and quiet for the grace",
      attempt(running({ finishedAt: NOW - 60_000, openAt: NOW - 15_001 })),
      {},
      "stop finished",
    ],
    [
      "finished, still in a tool, and at the end of its time",
      attempt(running({ finishedAt: NOW - 10, openAt: NOW, limits: { timeout: 1 } })),
      {},
      "stop timed-out",
    ],
    [
      "finished, still in a tool, over another limit than its time",
      attempt(running({ finishedAt: NOW - 10, openAt: NOW, limits: { usd: 1 }, used: { usd: 2 } })),
      {},
      "warn usd",
    ],
    ["gave its result, and does not leave", attempt(running({ resultAt: NOW - 15_001 })), {}, "stop finished"],
    ["the supervisor leaves later", attempt(running()), { mode: stopping(NOW) }, ""],
    ["the supervisor leaves now", attempt(running()), { mode: stopping(NOW - 1) }, "stop shutdown"],
    ["to be stopped", attempt(running({ stop: KILLED })), {}, "SIGTERM"],
    [
      "to be stopped, and too long too",
      attempt(running({ stop: KILLED, startedAt: 0 }), { claim: "gone" }),
      {},
      "SIGTERM",
    ],
    ["asked to end", attempt(running({ stop: KILLED, termedAt: NOW - 5_000 })), {}, ""],
    ["asked to end, and does not", attempt(running({ stop: KILLED, termedAt: NOW - 5_001 })), {}, "SIGKILL"],
    ["ended", attempt({ kind: "ended", quiet: 0, drained: false }), {}, "sweep"],
    ["ended, quiet, log not read", attempt({ kind: "ended", quiet: QUIET_SWEEPS, drained: false }), {}, "sweep"],
    ["ended, quiet", attempt({ kind: "ended", quiet: QUIET_SWEEPS, drained: true }), {}, "outcome"],
    [
      "ended, quiet, unknown",
      attempt({ kind: "ended", quiet: QUIET_SWEEPS, drained: true }, { claim: "unknown" }),
      {},
      "",
    ],
    ["judged", attempt({ kind: "judged" }), {}, "settle"],
    ["judged, unknown", attempt({ kind: "judged" }, { claim: "unknown" }), {}, ""],
  ])("%s", (_what, view, over, expected) => expect(next(view, over)).toBe(expected));

  it("is not started while an older one of its task lives", () => {
    const older = attempt(running(), { ref: { n: 1, uuid: "u0" }, claim: "gone" });
    const newer = attempt({ kind: "claimed", stopped: false }, { ref: { n: 2, uuid: "u2" } });
    expect(steps(world({ attempts: [older, newer] })).map(words)).toEqual(["stop claim-lost"]);
    const dead = attempt({ kind: "judged" }, { ref: { n: 1, uuid: "u0" }, claim: "gone" });
    expect(steps(world({ attempts: [dead, newer] })).map(words)).toEqual(["settle", "start"]);
  });
});

const proving = (step: ProofStep): Phase => ({ kind: "proving", step });
const due = (whenQuiet: boolean): Phase => proving({ kind: "check", check: 1, run: 1, whenQuiet });
const checking = (over: Partial<Extract<ProofStep, { kind: "checking" }>> = {}): Phase =>
  proving({
    kind: "checking",
    startedAt: NOW - 1_000,
    timeoutMs: 60_000,
    unwanted: undefined,
    stop: undefined,
    termedAt: undefined,
    ...over,
  });

describe("what shows that it is done", () => {
  it.each<[what: string, view: AttemptView, over: Partial<World>, expected: string]>([
    ["not looked at", attempt(proving({ kind: "look", busy: false })), {}, "prove look"],
    ["being looked at", attempt(proving({ kind: "look", busy: true })), {}, ""],
    ["a check is due", attempt(due(false)), {}, "prove check"],
    ["a check is due while paused", attempt(due(false)), { mode: { kind: "paused" } }, "prove check"],
    ["a check is due, the supervisor leaves later", attempt(due(false)), { mode: stopping(NOW) }, "prove check"],
    ["a check is due, the supervisor leaves now", attempt(due(false)), { mode: stopping(NOW - 1) }, "exit"],
    ["a check is on its way", attempt(proving({ kind: "starting", since: NOW - 10_000 })), {}, ""],
    ["a check never came", attempt(proving({ kind: "starting", since: NOW - 10_001 })), {}, "prove fence"],
    ["a check runs", attempt(checking()), {}, ""],
    ["a check runs, claim unknown", attempt(checking(), { claim: "unknown" }), { unknown: true }, ""],
    ["a check runs too long", attempt(checking({ startedAt: NOW - 60_001 })), {}, "prove stop"],
    ["nobody wants to know any more", attempt(checking({ unwanted: KILLED })), {}, "prove stop"],
    ["a check runs, the supervisor leaves", attempt(checking()), { mode: stopping(NOW - 1) }, "prove stop"],
    ["a check is to end", attempt(checking({ stop: KILLED })), {}, "prove signal"],
    ["a check was asked to end", attempt(checking({ stop: KILLED, termedAt: NOW - 5_000 })), {}, ""],
    ["a check does not end", attempt(checking({ stop: KILLED, termedAt: NOW - 5_001 })), {}, "prove signal"],
    ["a check has ended", attempt(proving({ kind: "checked" })), {}, "prove sweep"],
  ])("%s", (_what, view, over, expected) => expect(next(view, over)).toBe(expected));

  const other = (phase: Phase, over: Partial<AttemptView> = {}): AttemptView =>
    attempt(phase, { task: "o", ref: { n: 1, uuid: "u9" }, ...over });
  it.each<[beside: string, view: AttemptView, runs: boolean]>([
    ["one that runs", other(running()), false],
    ["one that runs elsewhere", other(running(), { cwd: "/q" }), true],
    ["one that runs below", other(running(), { cwd: "/p/sub" }), false],
    ["one that runs in another working tree", other(running(), { place: { path: "/p/tree", git: true } }), false],
    ["one that is not started", other({ kind: "claimed", stopped: false }, { claim: "unknown" }), true],
    ["one that has ended, and may have left something", other({ kind: "ended", quiet: 0, drained: false }), false],
    ["a check of another", other(checking()), false],
    ["one that is judged", other({ kind: "judged" }, { claim: "unknown" }), true],
  ])("a check that failed in company waits for quiet: beside %s", (_what, view, runs) =>
    expect(
      steps(world({ attempts: [attempt(due(true)), view] }))
        .map(words)
        .includes("prove check"),
    ).toBe(runs),
  );

  it("of two that wait for quiet one goes first, and nothing starts there meanwhile", () => {
    const both = world({
      attempts: [attempt(due(true)), other(due(true))],
      tasks: [task("1"), task("2", { cwd: "/q" })],
    });
    expect(steps(both).map(words)).toEqual(["prove check", "claim 2"]);
  });
});

describe("claims", () => {
  const claimed = (over: Partial<World>): string[] =>
    steps(world(over)).flatMap((action) => (action.kind === "claim" ? action.task : []));
  const tasks = ["1", "2", "3", "4", "5"].map((id) => task(id));

  it.each<[what: string, over: Partial<World>, expected: string[]]>([
    ["in the order given, up to the limit", { tasks }, ["1", "2", "3"]],
    ["what runs counts", { tasks, attempts: [attempt(running()), attempt({ kind: "judged" }, { task: "s" })] }, ["1"]],
    ["none above the limit", { tasks, attempts: [1, 2, 3, 4].map((n) => attempt(running(), { task: `r${n}` })) }, []],
    [
      "not what has an attempt",
      { tasks, attempts: [attempt({ kind: "ended", quiet: 0, drained: false }, { task: "1", claim: "gone" })] },
      ["2", "3"],
    ],
    ["not before its time", { tasks: [task("1", { notBefore: NOW + 1 }), task("2", { notBefore: NOW })] }, ["2"]],
    ["not of a parked coder", { tasks: [task("1", { coder: "b" }), task("2")], parked: { b: NOW + 1 } }, ["2"]],
    ["of a coder whose time has come", { tasks: [task("1", { coder: "b" })], parked: { b: NOW } }, ["1"]],
    [
      "not of a coder or in a directory whose breaker is open",
      {
        tasks: [task("1", { coder: "b" }), task("2"), task("3", { cwd: "/x" })],
        tripped: { coders: { b: NOW + 1 }, dirs: { "/x": NOW + 1 } },
      },
      ["2"],
    ],
    [
      "one at a time of a coder, or in a directory, that is probed",
      {
        tasks: [
          task("1", { coder: "b" }),
          task("2", { coder: "b" }),
          task("3", { cwd: "/x" }),
          task("4", { cwd: "/x" }),
        ],
        tripped: { coders: { b: NOW }, dirs: { "/x": NOW } },
      },
      ["1", "3"],
    ],
    ["never of a coder that waits for a person", { tasks: [task("1", { coder: "b" })], parked: { b: Infinity } }, []],
    ["per coder", { tasks, limits: { ...LIMITS, maxPerCoder: { a: 1 } } }, ["1"]],
    [
      "per directory",
      { tasks: [task("1"), task("2"), task("3", { cwd: "/q" })].map((one) => ({ ...one, maxPerCwd: 1 })) },
      ["1", "3"],
    ],
    ["none while paused", { tasks, mode: { kind: "paused" } }, []],
    ["none while draining", { tasks, mode: { kind: "draining" } }, []],
    ["none while stopping", { tasks, mode: stopping(NOW) }, []],
    ["none while the store is unknown", { tasks, unknown: true }, []],
  ])("%s", (_what, over, expected) => expect(claimed(over)).toEqual(expected));
});

describe("exit", () => {
  const judged = attempt({ kind: "judged" }, { claim: "unknown" });
  it.each<[what: string, over: Partial<World>, exits: boolean]>([
    ["when it is to stop and nothing is left", { mode: stopping(NOW) }, true],
    ["not without being told", {}, false],
    ["not while drained only", { mode: { kind: "draining" } }, false],
    ["not with something left to settle", { mode: stopping(NOW - 1), attempts: [attempt({ kind: "judged" })] }, false],
    [
      "with what can't be settled because the store can't be read",
      { mode: stopping(NOW - 1), attempts: [judged], unknown: true },
      true,
    ],
    [
      "with what nothing lives of, and printed more than could be read",
      { mode: stopping(NOW - 1), attempts: [attempt({ kind: "ended", quiet: QUIET_SWEEPS, drained: false })] },
      true,
    ],
    [
      "not with what may have left something",
      { mode: stopping(NOW - 1), attempts: [attempt({ kind: "ended", quiet: QUIET_SWEEPS - 1, drained: false })] },
      false,
    ],
    [
      "not with what still lives",
      { mode: stopping(NOW - 1), attempts: [judged, attempt(running(), { claim: "unknown" })] },
      false,
    ],
  ])("%s", (_what, over, exits) => expect(steps(world(over)).some(({ kind }) => kind === "exit")).toBe(exits));
});

const at = fc.integer({ min: NOW - 100_000, max: NOW + 100_000 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });

const anyPhase: fc.Arbitrary<Phase> = fc.oneof(
  fc.record({ kind: fc.constant("claimed" as const), stopped: fc.boolean() }),
  fc.record({ kind: fc.constant("launching" as const), since: at, otherBoot: fc.boolean(), stopped: fc.boolean() }),
  fc.constant({ kind: "fenced" } as const),
  fc.constant({ kind: "unseen" } as const),
  fc.record({
    kind: fc.constant("running" as const),
    startedAt: at,
    limits: fc.record({ timeout: fc.nat(100_000), turns: maybe(fc.integer({ min: 1, max: 20 })) }),
    used: fc.record({ turns: maybe(fc.nat(25)), idle: fc.nat(1_000) }),
    warned: fc.subarray([...LIMIT_NAMES]),
    stop: maybe(fc.constantFrom(KILLED, { kind: "finished" } as const, { kind: "claim-lost" } as const)),
    termedAt: maybe(at),
    finishedAt: maybe(at),
    resultAt: maybe(at),
    context: maybe(fc.record({ tokens: fc.nat(100), window: fc.constant(100), threshold: fc.constant(0.8) })),
  }),
  fc.record({ kind: fc.constant("ended" as const), quiet: fc.nat(4), drained: fc.boolean() }),
  fc.constant({ kind: "judged" } as const),
  fc
    .oneof(
      fc.record({ kind: fc.constant("look" as const), busy: fc.boolean() }),
      fc.record({
        kind: fc.constant("check" as const),
        check: fc.constant(1),
        run: fc.constant(1),
        whenQuiet: fc.boolean(),
      }),
      fc.record({ kind: fc.constant("starting" as const), since: at }),
      fc.record({
        kind: fc.constant("checking" as const),
        startedAt: at,
        timeoutMs: fc.nat(100_000),
        unwanted: maybe(fc.constant(KILLED)),
        stop: maybe(fc.constant(KILLED)),
        termedAt: maybe(at),
      }),
      fc.constant({ kind: "checked" } as const),
    )
    .map((step) => ({ kind: "proving" as const, step })),
);

const someTask = fc.constantFrom("1", "2", "3", "4", "5", "6", "7", "8");
const someCoder = fc.constantFrom("a", "b", "c");
const someCwd = fc.constantFrom("/p", "/q", "/r");

const anyWorld: fc.Arbitrary<World> = fc
  .record({
    mode: fc.oneof(
      fc.constant({ kind: "running" } as const),
      fc.constantFrom({ kind: "paused" } as const, { kind: "draining" } as const),
      at.map((deadline) => ({ kind: "stopping", deadline }) as const),
    ),
    unknown: fc.boolean(),
    maxConcurrent: fc.integer({ min: 1, max: 6 }),
    maxPerCoder: fc.dictionary(someCoder, fc.integer({ min: 1, max: 3 })),
    maxPerCwd: maybe(fc.integer({ min: 1, max: 3 })),
    tripped: fc.record({ coders: fc.dictionary(someCoder, at), dirs: fc.constant({}) }),
    parked: fc.dictionary(someCoder, fc.oneof(at, fc.constant(Infinity))),
    tasks: fc
      .uniqueArray(
        fc.record({ id: someTask, coder: someCoder, cwd: someCwd, notBefore: fc.oneof(fc.constant(0), at) }),
        { selector: ({ id }) => id },
      )
      .map((all) => all.map(({ id, ...over }) => task(id, over))),
    attempts: fc.array(
      fc.record({
        task: someTask,
        coder: someCoder,
        cwd: someCwd,
        claim: fc.constantFrom<Claim>("held", "gone", "unknown"),
        phase: anyPhase,
      }),
      { maxLength: 7 },
    ),
  })
  .map(({ maxConcurrent, maxPerCoder, maxPerCwd, attempts, tasks, ...rest }) =>
    world({
      ...rest,
      limits: { ...LIMITS, maxConcurrent, maxPerCoder },
      tasks: tasks.map((one) => ({ ...one, maxPerCwd })),
      attempts: attempts.map((view, i) => ({
        ...view,
        account: view.coder,
        ref: { n: i + 1, uuid: `u${i}` },
        claim: rest.unknown ? "unknown" : view.claim,
      })),
    }),
  );

const count = (names: readonly string[], name: string): number => names.filter((one) => one === name).length;

describe("over random worlds", () => {
  const hold = (what: string, promise: (w: World, actions: readonly Step[]) => void): void => {
    it(what, () =>
      fc.assert(
        fc.property(anyWorld, (w) => promise(w, steps(w))),
        { numRuns: runs(600, 3_000) },
      ),
    );
  };
  const claimsOf = (w: World, actions: readonly Step[]): TaskView[] =>
    actions.flatMap((action) => (action.kind === "claim" ? w.tasks.filter(({ id }) => id === action.task) : []));

  hold("no limit is ever passed by a claim", (w, actions) => {
    const claims = claimsOf(w, actions);
    if (claims.length === 0) return;
    expect(w.attempts.length + claims.length).toBeLessThanOrEqual(w.limits.maxConcurrent);
    for (const { coder, cwd } of claims) {
      const coders = [...w.attempts, ...claims].map((one) => one.coder);
      const cwds = [...w.attempts, ...claims].map((one) => one.cwd);
      expect(count(coders, coder)).toBeLessThanOrEqual(w.limits.maxPerCoder[coder] ?? Infinity);
      expect(count(cwds, cwd)).toBeLessThanOrEqual(w.tasks[0]?.maxPerCwd ?? Infinity);
    }
  });

  hold("a task that has an attempt of any kind is not claimed, and none twice", (w, actions) => {
    const ids = claimsOf(w, actions).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(w.attempts.some((view) => view.task === id)).toBe(false);
  });

  hold("what is claimed may run now, and nothing in front of it was passed over without a reason", (w, actions) => {
    const claims = claimsOf(w, actions);
    for (const one of claims) {
      expect(one.notBefore).toBeLessThanOrEqual(w.wall);
      expect(w.parked[one.coder] ?? 0).toBeLessThanOrEqual(w.wall);
      expect(w.tripped.coders[one.coder] ?? 0).toBeLessThanOrEqual(w.wall);
    }
    expect(claims.map(({ id }) => id)).toEqual(w.tasks.filter((one) => claims.includes(one)).map(({ id }) => id));
  });

  hold("one step an attempt, each a step that its phase allows", (w, actions) => {
    const seen = new Set<string>();
    for (const action of actions) {
      if (action.kind === "claim" || action.kind === "land" || action.kind === "exit") continue;
      const { ref, phase, claim } = action.attempt;
      expect(seen.has(ref.uuid)).toBe(false);
      seen.add(ref.uuid);
      if (action.kind === "start") {
        expect([phase.kind, claim]).toEqual(["claimed", "held"]);
        const others = w.attempts.filter((view) => view.task === action.attempt.task && view.ref.uuid !== ref.uuid);
        expect(others.some((view) => lives(view.phase))).toBe(false);
      }
      if (action.kind === "signal") expect(phase).toMatchObject({ kind: "running", stop: expect.anything() });
      if (action.kind === "stop") expect(phase).toMatchObject({ kind: "running", stop: undefined });
      if (action.kind === "outcome") {
        expect(claim).not.toBe("unknown");
        expect(
          phase.kind === "fenced" || (phase.kind === "ended" && phase.quiet >= QUIET_SWEEPS && phase.drained),
        ).toBe(true);
      }
      if (action.kind === "settle") expect([phase.kind, claim === "unknown"]).toEqual(["judged", false]);
    }
  });

  hold("what needs a step gets one: only what runs, launches or is unknown may wait", (w, actions) => {
    const moved = new Set(actions.flatMap((action) => ("attempt" in action ? action.attempt.ref.uuid : [])));
    for (const { ref, phase, claim, task: id } of w.attempts) {
      if (moved.has(ref.uuid) || claim === "unknown" || phase.kind === "unseen") continue;
      const older = w.attempts.some((view) => view.task === id && view.ref.uuid !== ref.uuid && lives(view.phase));
      const waits = phase.kind === "running" || phase.kind === "launching" || phase.kind === "proving";
      expect(waits || (phase.kind === "claimed" && older)).toBe(true);
    }
  });

  hold("free slots are filled", (w, actions) => {
    if (w.mode.kind !== "running" || w.unknown) return;
    const claims = claimsOf(w, actions);
    const free = w.limits.maxConcurrent - w.attempts.length - claims.length;
    if (free <= 0) return;
    for (const one of w.tasks) {
      if (claims.includes(one) || w.attempts.some((view) => view.task === one.id)) continue;
      const using = [...w.attempts, ...claims];
      const hindered =
        one.notBefore > w.wall ||
        w.attempts.some(
          ({ cwd, phase }) =>
            cwd === one.cwd && phase.kind === "proving" && phase.step.kind === "check" && phase.step.whenQuiet,
        ) ||
        (w.parked[one.coder] ?? 0) > w.wall ||
        (one.coder in w.tripped.coders &&
          ((w.tripped.coders[one.coder] ?? 0) > w.wall || using.some(({ coder }) => coder === one.coder))) ||
        using.filter(({ coder }) => coder === one.coder).length >= (w.limits.maxPerCoder[one.coder] ?? Infinity) ||
        using.filter(({ cwd }) => cwd === one.cwd).length >= (one.maxPerCwd ?? Infinity);
      expect(hindered).toBe(true);
    }
  });
});

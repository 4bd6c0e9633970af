/** `dispatch`: of each reason when it is given, in which words, and what ends it. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Slot } from "../../src/engine/core/accounts/choose.ts";
import { type Answer, dispatch } from "../../src/engine/core/dispatch.ts";
import { plan } from "../../src/engine/core/plan.ts";
import type { Obstacle, Reason } from "../../src/engine/core/reason.ts";
import { endsAt, endsBy } from "../../src/engine/core/reason-table.ts";
import { reasonText } from "../../src/engine/core/reason-text.ts";
import { remedies } from "../../src/engine/core/remedies.ts";
import type { AttemptView, Room, TaskView, World } from "../../src/engine/core/world.ts";
import { isIn } from "../../src/settings/effective/project.ts";
import { dispatchFaults } from "../support/dispatch-faults.ts";
import { attemptOf, RUNNING, taskOf, worldOf } from "../support/world.ts";
import { runs } from "../../../kit/test/runs.ts";

const phase = { kind: "running", ...RUNNING } as const;
const world = (over: Partial<World>): World => worldOf(phase, 0, { tasks: [taskOf("1")], attempts: [], ...over });
const WALL = world({}).wall;
const later = WALL + 60_000;
const LATER = new Date(later).toISOString();
const { limits } = world({});
const running = attemptOf(phase, { task: "r" });
const slot = (name: string, max?: number): Slot => ({ name, coder: "a", order: 0, weight: 1, max, free: false });
const only = (over: Partial<TaskView>): Partial<World> => ({ tasks: [taskOf("1", over)] });
const due = attemptOf(
  { kind: "proving", step: { kind: "check", check: 1, run: 2, whenQuiet: true } },
  { task: "r", coder: "b" },
);
const breaker = { failures: 5, reason: "not found", probeAt: later };

function reasonIn(over: Partial<World>, id = "1"): Reason | undefined {
  const answer = dispatch(world(over)).get(id);
  return answer?.kind === "wait" ? answer.reason : undefined;
}

describe("what keeps a task from starting", () => {
  it.each<[what: string, over: Partial<World>, kind: Reason["kind"], text: string, until?: number]>([
    ["an attempt of it that runs", { attempts: [attemptOf(phase, { task: "1" })] }, "running", "attempt 1 works on it"],
    [
      "a coder that there is not",
      only({ obstacles: [{ kind: "coder-unknown", coder: "shel", meant: "shell" }] }),
      "coder-unknown",
      "there is no coder shel; did you mean shell: fleet bd update 1 --coder shell",
    ],
    ["the pause after a try", only({ notBefore: later, after: "exit 3" }), "backoff", "exit 3", later],
    [
      "a breaker of its coder",
      { tripped: { coders: { a: later }, dirs: {} }, breakers: { coders: { a: breaker }, dirs: {} } },
      "breaker",
      `a: 5 failed starts in a row; next try at ${LATER}: not found`,
      later,
    ],
    [
      "a breaker of its directory, while one attempt tries",
      { tripped: { coders: {}, dirs: { "/p": WALL } }, attempts: [attemptOf(phase, { task: "r", coder: "b" })] },
      "probed",
      "/p keeps failing to start; r tests whether it works again",
    ],
    [
      "a directory in which the system gives no answer",
      only({ silent: true }),
      "directory-silent",
      "no response from the directory /p",
    ],
    [
      "a directory that is not where it was",
      only({ strayed: "/p was in no git working tree when the task was made, and belongs to / now" }),
      "strayed",
      "/p was in no git working tree when the task was made, and belongs to / now",
    ],
    [
      "a clone that can't be made of its directory",
      only({ isolated: true, noClone: "/p is in no git repository" }),
      "no-clone",
      "/p is in no git repository",
    ],
    [
      "an account that waits",
      { parked: { a: later }, parkedWhy: { a: "429" } },
      "parked",
      `a waits until ${LATER}: 429`,
      later,
    ],
    [
      "all accounts, the first that is free before the others",
      {
        accounts: [slot("one"), slot("two")],
        parked: { one: Infinity, two: later },
        parkedWhy: { one: "no key", two: "429" },
      },
      "parked",
      `all accounts of a wait; first two until ${LATER}: 429; then one until you run: fleet resume one: no key`,
      later,
    ],
    [
      "the account of its session",
      {
        ...only({ sessionAccount: "one" }),
        accounts: [slot("one"), slot("two")],
        parked: { one: later },
        paused: ["one"],
        parkedWhy: { one: "429" },
      },
      "parked",
      `its session is on one, which waits until ${LATER}: 429`,
      later,
    ],
    [
      "the fleet's limit for a day",
      { parked: { "*": later }, parkedWhy: { "*": "$5 of $5" } },
      "fleet-parked",
      `the fleet waits until ${LATER}: $5 of $5`,
      later,
    ],
    [
      "a machine that is short of something",
      { hold: { kind: "memory", free: 1_000_000, wanted: 2_000_000 } },
      "machine",
      "1.0 MB of memory are free, less than min_free_memory (2.0 MB); nothing starts until there is more",
    ],
    ["a paused fleet", { mode: { kind: "paused" } }, "paused", "the fleet is paused: fleet resume"],
    ["no supervisor", { mode: { kind: "unsupervised" } }, "unsupervised", "no supervisor runs: fleet run start"],
    [
      "a supervisor that can't be seen from here",
      { mode: { kind: "elsewhere", where: "pid 7 on host b" } },
      "supervised-elsewhere",
      "a supervisor that can't be seen from here may start it: pid 7 on host b; only if that place is gone for good: fleet run start --force",
    ],
    [
      "the limit of a fleet whose supervisor can't be seen from here",
      {
        limits: { ...limits, maxConcurrent: 1 },
        attempts: [running],
        mode: { kind: "elsewhere", where: "pid 7 on host b" },
      },
      "fleet-full",
      "max_concurrent 1 is reached (r)",
    ],
    [
      "a process table that can't be read, which no command mends",
      { mode: { kind: "blind", why: "no /proc" } },
      "blind",
      "no /proc",
    ],
    ["a queue that can't be read", { unknown: true }, "store-unknown", "the queue can't be read: fleet bd doctor"],
    [
      "the fleet's limit",
      { limits: { ...limits, maxConcurrent: 1 }, attempts: [running] },
      "fleet-full",
      "max_concurrent 1 is reached (r)",
    ],
    [
      "the fleet's limit, which an attempt in a place that can't be seen from here uses up",
      {
        limits: { ...limits, maxConcurrent: 1 },
        attempts: [{ ...running, phase: { kind: "elsewhere", where: "host b, PID namespace 7", stopped: false } }],
      },
      "fleet-full",
      "max_concurrent 1 is reached (r on host b, PID namespace 7)",
    ],
    [
      "its coder's limit",
      { limits: { ...limits, maxPerCoder: { a: 1 } }, attempts: [running] },
      "coder-full",
      "max_per_coder 1 is reached by a (r)",
    ],
    [
      "its directory's limit",
      { ...only({ maxPerCwd: 1 }), attempts: [running] },
      "directory-full",
      "max_per_cwd 1 is reached in /p (r)",
    ],
    [
      "an agent in its directory, where nobody said that more may work",
      { ...only({ isAgent: true }), attempts: [{ ...running, isAgent: true }] },
      "directory-taken",
      "an agent works in /p (r), and one at a time does; to have them at once, give it a copy of its own: " +
        "fleet bd update 1 --isolate clone, or let them share: fleet config set max_per_cwd=2",
    ],
    [
      "its project's limit, which counts every directory below it",
      { ...only({ cwd: "/p/sub", rooms: [{ dir: "/p", max: 1 }] }), attempts: [running] },
      "project-full",
      "max 1 is reached in the project /p (r)",
    ],
    [
      "one that may change the same files, where such tasks wait",
      {
        tasks: [taskOf("1", { touches: ["/p/src/**"], sameFiles: "wait" }), taskOf("r", { touches: ["/p/src/a"] })],
        attempts: [running],
      },
      "same-files",
      "it may change /p/src/**, and another /p/src/a (r), and same_files says wait",
    ],
    [
      "a check that is to be repeated alone",
      { attempts: [due] },
      "quiet",
      "a check of r is to be repeated in /p while nothing else runs there",
    ],
    [
      "its account's max",
      { accounts: [slot("one", 1)], attempts: [{ ...running, account: "one" }] },
      "account-full",
      "max is reached by account one (r)",
    ],
    [
      "an account of which one attempt tests whether it works again",
      { parked: { a: WALL - 1_000 }, onTrial: ["a"], attempts: [running] },
      "account-trial",
      "r tries whether a works again; the others wait for the result",
    ],
    [
      "an account that comes back step by step",
      { limits: { ...limits, limitStagger: 5_000 }, parked: { a: WALL - 1_000 }, attempts: [running] },
      "account-rising",
      "the limit of a has reset, and its attempts start one after the other",
      WALL + 4_000,
    ],
  ])("%s", (_what, over, kind, text, until) => {
    const reason = reasonIn(over);
    expect(reason?.kind).toBe(kind);
    if (reason === undefined) return;
    expect(reasonText("1", reason)).toBe(text);
    expect(endsAt(reason)).toBe(until ?? null);
    expect(remedies("1", reason).every((command) => command.startsWith("fleet "))).toBe(true);
  });

  it("what came from outside ends by a person's trust alone, of which each way is a command of its own", () => {
    const untrusted: Obstacle = {
      kind: "held",
      hold: { kind: "untrusted", since: "2030-01-01T00:00:00Z", from: "in.jsonl", what: ["cwd"] },
    };
    expect(endsBy(untrusted)).toBeNull();
    expect(remedies("t-1", untrusted)).toEqual([
      "fleet bd update t-1 --trust",
      "fleet bd update t-1 --cwd DIR --coder NAME",
    ]);
    const missing: Obstacle = { kind: "held", hold: { kind: "missing", ids: ["t-2"] } };
    expect(endsBy(missing)).toBe("an import or a sync that brings what is missing");
  });

  it("what a person has to change is named before what passes on its own", () => {
    const obstacle: Obstacle = { kind: "no-directory" };
    const over = { ...only({ obstacles: [obstacle], notBefore: later }), mode: { kind: "paused" } as const };
    expect(reasonIn(over)).toEqual(obstacle);
  });

  it("a date that has passed since the store was read holds nothing back", () => {
    const until = (at: number): Partial<World> =>
      only({ obstacles: [{ kind: "deferred", by: "1", until: at, date: null }] });
    expect(reasonIn(until(WALL + 1))).toMatchObject({ kind: "deferred" });
    expect(reasonIn(until(WALL))).toBeUndefined();
  });

  it.each<[what: string, task: Partial<TaskView>, beside: Partial<AttemptView>]>([
    ["a script beside an agent", {}, { isAgent: true }],
    ["an agent beside a script", { isAgent: true }, {}],
    ["an agent beside one that works in a clone", { isAgent: true }, { isAgent: true, isolated: true }],
    ["an agent in a clone beside one in the directory", { isAgent: true, isolated: true }, { isAgent: true }],
    ["an agent where a person allows two", { isAgent: true, maxPerCwd: 2 }, { isAgent: true }],
  ])("%s starts in the same directory", (_what, task, beside) => {
    expect(reasonIn({ ...only(task), attempts: [{ ...running, ...beside }] })).toBeUndefined();
  });

  it("directories of one working tree of git are one place, and a working tree inside another is one of its own", () => {
    const agent = { isAgent: true, cwd: "/r/api", tree: "/r" };
    const other = { ...running, isAgent: true, cwd: "/r/web", tree: "/r" };
    const reason = (task: Partial<TaskView>, beside: Partial<AttemptView> = {}): Reason | undefined =>
      reasonIn({ ...only(task), attempts: [{ ...other, ...beside }] });
    expect(reason(agent)).toMatchObject({ kind: "directory-taken", directory: "/r", by: ["r"] });
    expect(reason({ ...agent, isAgent: false, maxPerCwd: 1 })).toMatchObject({
      kind: "directory-full",
      directory: "/r",
    });
    expect(reason(agent, { cwd: "/r/inner", tree: "/r/inner" })).toBeUndefined();
    expect(reason({ ...agent, isAgent: false }, { ...due, tree: "/r" })).toMatchObject({ kind: "quiet", by: "r" });
    const tasks = ["1", "2"].map((id) => taskOf(id, { ...agent, cwd: `/r/${id}` }));
    expect(plan(world({ tasks }))).toEqual([{ kind: "claim", task: "1", account: "a" }]);
  });

  it("what goes takes the room of those behind it, and is named there", () => {
    const tasks = [taskOf("1"), taskOf("2"), taskOf("3", { cwd: "/q" })].map((one) => ({ ...one, maxPerCwd: 1 }));
    const answers: [string, Answer][] = [...dispatch(world({ tasks }))];
    expect(answers).toEqual([
      ["1", { kind: "go", account: "a" }],
      ["2", { kind: "wait", reason: { kind: "directory-full", directory: "/p", max: 1, by: ["1"], elsewhere: {} } }],
      ["3", { kind: "go", account: "a" }],
    ]);
    expect(plan(world({ tasks }))).toEqual([
      { kind: "claim", task: "1", account: "a" },
      { kind: "claim", task: "3", account: "a" },
    ]);
  });
});

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const small = fc.integer({ min: 1, max: 3 });
const time = fc.integer({ min: WALL - 20_000, max: WALL + 20_000 });
const coder = fc.constantFrom("a", "b");
const account = fc.constantFrom("a1", "a2", "b");
const cwd = fc.constantFrom("/p", "/q", "/p/sub");
const mode = fc.constantFrom<World["mode"]>(
  { kind: "running" },
  { kind: "running" },
  { kind: "paused" },
  { kind: "draining" },
  { kind: "stopping", deadline: 0 },
  { kind: "unsupervised" },
  { kind: "elsewhere", where: "x" },
  { kind: "unreadable", why: "x" },
  { kind: "blind", why: "x" },
  { kind: "unsettled", why: "x" },
);
it("a task that may change the same files as another starts with a warning, where only a warning was asked for", () => {
  const tasks = [
    taskOf("1", { touches: ["/p/a"], sameFiles: "warn" }),
    taskOf("2", { touches: ["/p/*"], sameFiles: "warn" }),
    taskOf("3", { touches: ["/p/*"] }),
  ];
  expect(plan(world({ tasks }))).toEqual([
    { kind: "claim", task: "1", account: "a" },
    { kind: "claim", task: "2", account: "a", beside: "1: it may change /p/*, and another /p/a" },
    { kind: "claim", task: "3", account: "a" },
  ]);
});

const obstacle: fc.Arbitrary<Obstacle> = fc.oneof(
  fc.constantFrom<Obstacle>(
    { kind: "needs-you", note: null },
    { kind: "dependencies", on: ["x"] },
    { kind: "no-directory" },
    { kind: "held", hold: { kind: "unknown" } },
    { kind: "deferred", by: "x", until: null, date: null },
  ),
  time.map((until) => ({ kind: "deferred", by: "x", until, date: null }) as const),
);
/** A project that the directory is in. */
const roomsAt = (place: string, room: Room | undefined): Room[] =>
  room !== undefined && isIn(place, room.dir) ? [room] : [];

const someWorld: fc.Arbitrary<World> = fc
  .record({
    mode,
    unknown: fc.constantFrom(false, false, false, true),
    maxConcurrent: fc.integer({ min: 1, max: 8 }),
    maxPerCoder: fc.dictionary(coder, small),
    maxPerCwd: maybe(small),
    room: maybe(fc.record({ dir: fc.constantFrom("/", "/p"), max: small })),
    limitStagger: fc.constantFrom(0, 5_000),
    onParked: fc.constantFrom("wait" as const, "fresh" as const),
    maxes: fc.tuple(maybe(small), maybe(small)),
    parked: fc.dictionary(fc.oneof(account, fc.constant("*")), fc.oneof(time, fc.constant(Infinity)), { maxKeys: 2 }),
    paused: fc.subarray(["a1", "a2", "b"]),
    onTrial: fc.subarray(["a1", "a2", "b"]),
    coders: fc.dictionary(coder, time, { maxKeys: 1 }),
    dirs: fc.dictionary(cwd, time, { maxKeys: 1 }),
    tasks: fc.array(
      fc.record({
        coder,
        cwd,
        notBefore: fc.oneof(fc.constant(0), fc.constant(0), time),
        sessionAccount: maybe(account),
        isAgent: fc.boolean(),
        isolated: fc.constantFrom(false, false, true),
        noClone: fc.constantFrom(undefined, undefined, "why"),
        strayed: fc.constantFrom(undefined, undefined, undefined, "why"),
        touches: fc.constantFrom<readonly string[]>([], [], ["/p/a"], ["/p/**"]),
        sameFiles: fc.constantFrom("wait" as const, "warn" as const, "ignore" as const),
        silent: fc.oneof(fc.constant(false), fc.constant(false), fc.constant(true)),
        obstacles: fc.oneof(fc.constant([]), fc.constant([]), fc.array(obstacle, { maxLength: 2 })),
      }),
      { maxLength: 10 },
    ),
    attempts: fc.array(
      fc.record({
        task: fc.constantFrom("t0", "t3", "r1", "r2"),
        account,
        cwd,
        due: fc.boolean(),
        isAgent: fc.boolean(),
      }),
      {
        maxLength: 4,
      },
    ),
  })
  .map(
    ({
      maxes,
      coders,
      dirs,
      tasks,
      attempts,
      maxConcurrent,
      maxPerCoder,
      maxPerCwd,
      room,
      limitStagger,
      onParked,
      ...rest
    }) =>
      world({
        ...rest,
        limits: { ...limits, maxConcurrent, maxPerCoder, limitStagger, onParked },
        accounts: [slot("a1", maxes[0]), slot("a2", maxes[1])],
        tripped: { coders, dirs },
        tasks: tasks.map(({ noClone, strayed, ...over }, i) =>
          taskOf(`t${i}`, {
            ...over,
            ...(noClone === undefined ? {} : { noClone }),
            ...(strayed === undefined ? {} : { strayed }),
            maxPerCwd,
            rooms: roomsAt(over.cwd, room),
          }),
        ),
        attempts: attempts.map(({ due: isDue, ...over }, i) =>
          attemptOf(isDue ? due.phase : phase, {
            ...over,
            coder: over.account === "b" ? "b" : "a",
            ref: { n: 1, uuid: `u${i}` },
          }),
        ),
      }),
  );

it("over random worlds each task has one answer, what goes is claimed, each reason is true and ends with its cause", () =>
  fc.assert(
    fc.property(someWorld, (one) => {
      expect(dispatchFaults(one)).toEqual([]);
    }),
    { numRuns: runs(150, 400) },
  ));

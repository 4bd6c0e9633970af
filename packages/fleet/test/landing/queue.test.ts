/** What lands next, and what becomes of it: the promises over random queues, with kills at any point. */
import * as fc from "fast-check";
import { expect, test } from "vitest";

import {
  declinedBefore,
  inLandingOrder,
  type LandingState,
  type LandingView,
  landBefore,
  landingsToBegin,
} from "../../src/engine/core/landing.ts";
import { fateOfLanding, roundAfter } from "../../src/engine/core/landing-end.ts";
import { runs } from "../../../kit/test/runs.ts";

const FREE: LandingState = { kind: "free" };
const held = (isDue: boolean): LandingState => ({
  kind: "held",
  why: "a lock",
  mend: null,
  person: false,
  holds: "task",
  isDue,
});
const declined = (isDue: boolean): LandingState => ({
  kind: "held",
  why: "protected",
  mend: "fleet land a",
  person: true,
  holds: "target",
  isDue,
});

const state = fc.constantFrom<LandingState>({ kind: "free" }, { kind: "under-way" }, held(false), held(true));

/** Ids are their places; each may need some before it. */
const queue = fc
  .array(
    fc.record({
      repository: fc.constantFrom("a", "b", "c"),
      priority: fc.integer({ min: 0, max: 4 }),
      at: fc.integer({ min: 0, max: 9 }),
      needs: fc.array(fc.nat(20), { maxLength: 2 }),
      state,
    }),
    { maxLength: 12 },
  )
  .map((all) =>
    all.map(({ repository, priority, at, needs, state: of }, n): LandingView => ({
      task: `t${n}`,
      repository,
      target: "main",
      via: "push",
      priority,
      at: `2026-01-01T00:00:0${at}Z`,
      after: needs.filter((one) => one < n).map((one) => `t${one}`),
      state: of,
    })),
  );

test("one lands at a time in a repository, never before what it needs, the most urgent first", () => {
  fc.assert(
    fc.property(queue, (all) => {
      const begun = landingsToBegin(all).map(({ task }) => all.find((one) => one.task === task));
      for (const one of begun) {
        if (one === undefined) throw new Error("of no task");
        expect(one.after).toEqual([]);
        expect(one.state.kind === "under-way" || (one.state.kind === "held" && !one.state.isDue)).toBe(false);
        const others = all.filter((other) => other.repository === one.repository && other.task !== one.task);
        expect(others.some(({ state: of }) => of.kind === "under-way")).toBe(false);
        expect(begun.filter((other) => other?.repository === one.repository)).toHaveLength(1);
        for (const other of others) {
          const mayGo =
            other.after.length === 0 &&
            (other.state.kind === "free" || (other.state.kind === "held" && other.state.isDue));
          if (mayGo) expect(other.priority).toBeGreaterThanOrEqual(one.priority);
        }
        expect(landBefore(all, one.task)).toEqual([]);
      }
      // A repository in which one could land is not left alone.
      for (const one of all)
        if (one.state.kind === "free" && one.after.length === 0)
          expect(
            all.some((other) => other.repository === one.repository && other.state.kind === "under-way") ||
              begun.some((other) => other?.repository === one.repository),
          ).toBe(true);
    }),
    { numRuns: runs(200, 5_000) },
  );
});

test("whatever is killed or held meanwhile, each lands once and after what it needs", () => {
  fc.assert(
    fc.property(queue, fc.array(fc.nat(3), { maxLength: 60 }), (first, deeds) => {
      const open = new Map(first.map((one): [string, LandingView] => [one.task, { ...one, state: FREE }]));
      /** The target: what is on it, in order. */
      const target: string[] = [];
      const views = (): LandingView[] =>
        [...open.values()].map((one) => ({ ...one, after: one.after.filter((task) => open.has(task)) }));
      const set = (task: string, next: LandingState): void => {
        const one = open.get(task);
        if (one !== undefined) open.set(task, { ...one, state: next });
      };
      const turn = (deed: number): void => {
        for (const { task } of landingsToBegin(views())) set(task, { kind: "under-way" });
        for (const { task } of views().filter(({ state: of }) => of.kind === "under-way"))
          switch (deed) {
            case 0:
              // Moved, and killed before anybody was told: the next one sees it there.
              if (!target.includes(task)) target.push(task);
              set(task, { kind: "free" });
              break;
            case 1:
              set(task, { kind: "free" });
              break;
            case 2:
              set(task, held(true));
              break;
            default:
              if (!target.includes(task)) target.push(task);
              open.delete(task);
          }
      };
      for (const deed of [...deeds, ...first.map(() => 3)]) turn(deed);
      expect([...target].sort()).toEqual(first.map(({ task }) => task).sort());
      for (const { task, after } of first)
        for (const needed of after) expect(target.indexOf(needed)).toBeLessThan(target.indexOf(task));
    }),
    { numRuns: runs(100, 3_000) },
  );
});

test("what waits is landed by hand after all that it needs, however many that are", () => {
  const view = (task: string, priority: number, ...after: string[]): LandingView => ({
    task,
    repository: "a",
    target: "main",
    via: "push",
    priority,
    at: "",
    after,
    state: FREE,
  });
  const all = [view("top", 0, "middle"), view("middle", 2, "x", "y"), view("x", 3), view("y", 3), view("loose", 1)];
  expect(inLandingOrder(all).map(({ task }) => task)).toEqual(["loose", "x", "y", "middle", "top"]);
  const loop = [view("l1", 0, "l2"), view("l2", 0, "l1"), view("free", 4, "elsewhere")];
  expect(inLandingOrder(loop).map(({ task }) => task)).toEqual(["free", "l1", "l2"]);
});

test("a target that declined is asked again with the task that it declined, and others go by to their targets", () => {
  const view = (task: string, state: LandingState, over: Partial<LandingView> = {}): LandingView => ({
    task,
    repository: "r",
    target: "main",
    via: "push",
    priority: 2,
    at: "",
    after: [],
    state,
    ...over,
  });
  const begun = (...all: LandingView[]): string[] => landingsToBegin(all).map(({ task }) => task);
  const more = view("b", FREE, { priority: 0 });
  const elsewhere = [
    view("c", FREE, { target: "dev" }),
    view("d", FREE, { repository: "s" }),
    view("e", FREE, { via: "branch", repository: "r" }),
  ];
  expect(begun(view("a", declined(false)), more)).toEqual([]);
  expect(declinedBefore([view("a", declined(false)), more], more)?.task).toBe("a");
  expect(landBefore([view("a", declined(false)), more, view("z", FREE)], "z")).toEqual([]);
  expect(begun(view("a", declined(false)), more, ...elsewhere)).toEqual(["c", "d"]);
  expect(begun(view("a", declined(true)), more)).toEqual(["a"]);
  // It landed, or is to land no more.
  expect(begun(more)).toEqual(["b"]);
  // Where both were tried by hand neither waits for the other.
  expect(begun(view("a", declined(false)), view("b", declined(true)))).toEqual(["b"]);
});

test("a push that was declined holds its target, and says what tries it again", () => {
  expect(fateOfLanding({ kind: "refused", why: "protected" }, about)).toEqual({
    kind: "held",
    why: "protected",
    mend: "fleet land t-1",
    person: true,
    holds: "target",
  });
});

const about = { task: "t-1", target: "main", attempt: "u1", before: undefined, most: 2 };

test("a conflict goes back with its files so often, and then to a person", () => {
  const end = { kind: "conflict", tip: "c1", files: ["a", "b"] } as const;
  expect(fateOfLanding(end, about)).toEqual({
    kind: "back",
    to: { kind: "retry", round: { n: 1, tip: "c1", attempt: "u1" } },
    reason: "conflicts with main in a, b (round 1 of 2)",
  });
  expect(fateOfLanding(end, { ...about, before: { n: 2, tip: "c0", attempt: "u0" } })).toEqual({
    kind: "back",
    to: { kind: "block", round: { n: 3, tip: "c1", attempt: "u1" } },
    reason: "conflicts with main in a, b, after 2 rounds",
  });
});

test("a round counts only where the target moved, or another attempt left the conflict", () => {
  const first = roundAfter(undefined, { tip: "c1", attempt: "u1" });
  expect(roundAfter(first, { tip: "c1", attempt: "u1" })).toEqual(first);
  expect(roundAfter(first, { tip: "c2", attempt: "u1" }).n).toBe(2);
  expect(roundAfter(first, { tip: "c1", attempt: "u2" }).n).toBe(2);
});

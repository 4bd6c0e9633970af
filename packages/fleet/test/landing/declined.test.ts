/** What a server declined is not asked for again and again: the supervisor's queue on a clock of its own, with a lander that answers. */
import { expect, test } from "vitest";

import { makeContext } from "../../src/app/make-context.ts";
import { landingsToBegin } from "../../src/engine/core/landing.ts";
import { fateOfLanding } from "../../src/engine/core/landing-end.ts";
import { LandingQueue } from "../../src/engine/shell/land/landing-queue.ts";
import { parseConfig } from "../../src/settings/file.ts";
import { Fleet } from "../support/fleet.ts";

test("one of several is tried, seldomer each time, until it is taken; then the others go", async () => {
  await using fleet = await Fleet.make();
  const read = parseConfig("");
  if (!read.ok) throw new Error(read.problems.join());
  const made = makeContext({ env: fleet.env }, fleet.home, () => read.config);
  let now = 0;
  const context = { ...made, clock: { ...made.clock, monotonic: () => now } };
  const ids = ["t-1", "t-2", "t-3"];
  const waiting = ids.map((id, priority) => ({ id, landing: { priority, via: "push", at: "", after: [] } as const }));
  const tried: string[] = [];
  const landed = new Set<string>();
  let isTaken = false;
  const queue = new LandingQueue(context, async (_around, task) => {
    tried.push(task);
    if (isTaken) landed.add(task);
    const about = { task, target: "main", attempt: "u", before: undefined, most: 3 };
    const fate = isTaken ? ({ kind: "gone" } as const) : fateOfLanding({ kind: "refused", why: "protected" }, about);
    return await Promise.resolve({ fate, left: [] });
  });
  const views = (): ReturnType<LandingQueue["look"]> =>
    queue.look(waiting.filter(({ id }) => !landed.has(id))).map((one) => ({ ...one, repository: "r" }));
  const turns = async (seconds: number): Promise<number> => {
    const before = tried.length;
    for (let second = 0; second < seconds; second++) {
      for (const { task } of landingsToBegin(views())) queue.begin(task);
      await new Promise((resolve) => setImmediate(resolve));
      now += 1_000;
    }
    return tried.length - before;
  };
  expect(await turns(55)).toBe(1);
  // After a minute, two more, four more, …
  expect(await turns(600)).toBe(3);
  expect(new Set(tried)).toEqual(new Set(["t-1"]));
  expect(fleet.journal().match(/waits to land: protected/g)).toHaveLength(1);
  isTaken = true;
  await turns(1_800);
  expect(landed).toEqual(new Set(ids));
});

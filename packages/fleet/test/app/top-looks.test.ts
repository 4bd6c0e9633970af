/** What `fleet top` looks at each second, and what less often, so that a queue of thousands costs no core. */
import { describe, expect, it } from "vitest";

import type { Where } from "@fleet/kit/process/real-directories";

import { openFleet } from "../../src/app/open.ts";
import { isRunningDue, isWholeDue, TopLooks } from "../../src/app/views/top-looks.ts";
import { Journal } from "../../src/engine/shell/state/journal.ts";
import { NamesKept } from "../../src/app/views/names-kept.ts";
import { Fleet } from "../support/fleet.ts";
import { until } from "../support/until.ts";

describe("the whole queue is looked at", () => {
  it.each([
    ["each second while that costs little", { cpu: 10, took: 20 }, 1_000, false, true],
    ["no more often than 1 % of a core allows", { cpu: 200, took: 500 }, 19_000, false, false],
    ["after that", { cpu: 200, took: 500 }, 20_000, false, true],
    ["sooner where there is news", { cpu: 400, took: 500 }, 4_000, true, true],
    ["each half minute at least", { cpu: 9_000, took: 9_000 }, 30_000, false, true],
    ["seldom where a directory gives no answer", { cpu: 5, took: 2_000 }, 4_000, true, false],
  ])("%s", (_, whole, since, isNews, expected) => {
    expect(isWholeDue(whole, since, isNews)).toBe(expected);
  });

  it("and what runs each second, or as often as 1.7 % of a core allow, and each five seconds at least", () => {
    expect(isRunningDue({ cpu: 10, took: 10 }, 1_000)).toBe(true);
    expect(isRunningDue({ cpu: 50, took: 90 }, 2_900)).toBe(false);
    expect(isRunningDue({ cpu: 50, took: 90 }, 3_000)).toBe(true);
    expect(isRunningDue({ cpu: 900, took: 900 }, 5_000)).toBe(true);
  });

  it("at once where somebody has done something", async () => {
    await using fleet = await Fleet.make();
    const opened = openFleet({ cwd: fleet.project, env: fleet.env, now: Date.now });
    const looked = { since: Date.now(), seen: new Map<string, string>() };
    const looks = new TopLooks(opened);
    expect((await looks.look(looked, false)).view.needs).toEqual([]);
    const id = await fleet.task("one", "words");
    await fleet.ok(["bd", "update", id, "--status", "blocked"]);
    new Journal(fleet.home, Date.now).write("blocked", "attempt 1: blocked", { task: id });
    expect((await looks.look(looked, true)).view.needs.map(({ id: task }) => task)).toEqual([id]);
  });

  it("with a directory that does not respond: keys still work, and it is not polled constantly", async () => {
    await using fleet = await Fleet.make({ max_per_cwd: "1" });
    const opened = openFleet({ cwd: fleet.project, env: fleet.env, now: Date.now });
    await fleet.task("on a disk that is gone", "words", { coder: "claude" });
    const asked: string[][] = [];
    let now = 0;
    let answer: (found: ReadonlyMap<string, Where>) => void = () => undefined;
    const names = new NamesKept(
      async (paths) => {
        asked.push([...paths]);
        return await new Promise((resolve) => (answer = resolve));
      },
      () => now,
    );
    const looks = new TopLooks(opened, names);
    const looked = { since: Date.now(), seen: new Map<string, string>() };
    const look = looks.look(looked, false);
    // The screen has its turn while nobody answers; none but an asynchronous wait gives it one.
    await until("the question", () => asked.length === 1);
    const next = looks.look(looked, true);
    answer(new Map());
    await look;
    await next;
    expect(asked).toEqual([[fleet.project]]);
    expect((await names.names([fleet.project])).of(fleet.project)).toEqual({ kind: "silent" });
    expect(asked).toHaveLength(1);
    now = 20_000;
    const later = looks.look(looked, true);
    await until("the next question", () => asked.length === 2);
    answer(new Map([[fleet.project, { real: fleet.project, tree: fleet.project }]]));
    await later;
    now += 50_000;
    expect((await names.names([fleet.project])).of(fleet.project)).toMatchObject({ kind: "known" });
    expect(asked).toHaveLength(2);
  });
});

/** What `fleet top` looks at each second, and what less often, so that a queue of thousands costs no core. */
import { describe, expect, it } from "vitest";

import { openFleet } from "../../src/app/open.ts";
import { isRunningDue, isWholeDue, TopLooks } from "../../src/app/views/top-looks.ts";
import { Journal } from "../../src/engine/shell/state/journal.ts";
import { Fleet } from "../support/fleet.ts";

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
    expect((await looks.look(looked, false)).needs).toEqual([]);
    const id = await fleet.task("one", "words");
    await fleet.ok(["bd", "update", id, "--status", "blocked"]);
    new Journal(fleet.home, Date.now).write("blocked", "attempt 1: blocked", { task: id });
    expect((await looks.look(looked, true)).needs.map(({ id: task }) => task)).toEqual([id]);
  });
});

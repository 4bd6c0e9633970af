/** Limits kept on real processes: said at 80 %, stopped at 100 %, raised by `fleet retry`. */
import { describe, expect, it } from "vitest";

import { readAttempt } from "../../src/attempts/records/record.ts";
import { withinOneDay } from "../support/days.ts";
import { Fleet } from "../support/fleet.ts";
import { DONE, RESULT, says, TOOL, WORKER } from "../support/robot.ts";
import { until } from "../support/until.ts";

const CODER = `${WORKER}  silent:
    argv: [sh, "{prompt_file}"]
    prompt: script
`;

const uses = (usage: Readonly<Record<string, number>>): string => says({ type: "usage", ...usage });
const session = says({ type: "session", id: "s-1" });
/** Until the test lets it continue, or somebody stops it. */
const WAITS = "while [ ! -e go ]; do sleep 0.05; done";

async function made(fleet: Fleet, script: string, flags: readonly string[]): Promise<string> {
  return (
    await fleet.ok(["bd", "create", "works", "-d", script, "--coder", "worker", "--silent", ...flags], {
      cwd: fleet.project,
    })
  ).trim();
}

describe.concurrent("limits", () => {
  it("of turns: logged at 80 %, stopped when one more begins, with the figure, raised by retry, resumed in its session (LESSONS #77881)", async () => {
    await using fleet = await Fleet.make({}, CODER);
    const script = `${session}; if [ "$1" = s-1 ]; then ${DONE}; fi; ${uses({ turns: 4 })}; ${WAITS}; ${uses({ turns: 5 })}; ${uses({ turns: 6 })}; ${WAITS.replace("go", "never")}`;
    const id = await made(fleet, script, ["--max-turns", "5"]);
    await fleet.supervise();
    await until("the warning", () => fleet.journal().includes("attempt 1 has used 4 of 5 turns"));
    const [row] = JSON.parse(await fleet.ok(["tasks", "--json"])).tasks;
    expect(row.limits).toContainEqual({ limit: "turns", used: 4, of: 5 });
    expect(await fleet.ok(["tasks"])).toContain("near its limit: 4 of 5 turns");
    fleet.write("go");
    await fleet.settled(id, "blocked");
    expect(fleet.outcomes(id)).toEqual(["over-budget"]);
    expect(await fleet.ok(["bd", "show", id])).toContain("used 5 of 5 turns (--max-turns raises it)");
    expect(await fleet.ok(["task", id])).toContain("5 of 5 turns");
    await fleet.ok(["retry", id, "--max-turns", "10"]);
    await fleet.settled(id, "closed");
    expect(fleet.outcomes(id)).toEqual(["over-budget", "done"]);
    expect(readAttempt(fleet.dir(id, 2))).toMatchObject({ resumed: true, session: "s-1", limits: { turns: 10 } });
    expect(fleet.journal().split("has used").length).toBe(2);
  });

  it("of cost: all attempts of the task together; a retry without a higher limit is refused and says how (LESSONS 5)", async () => {
    await using fleet = await Fleet.make({}, CODER);
    const script = `${session}; ${uses({ input: 10, output: 1, costUsd: 0.6 })}; if [ -e second ]; then ${WAITS}; fi; touch second; exit 1`;
    const id = await made(fleet, script, ["--max-cost", "1", "--timeout", "1h"]);
    await fleet.supervise();
    await fleet.settled(id, "blocked");
    expect(fleet.outcomes(id)).toEqual(["failed", "over-budget"]);
    expect(fleet.issue(id).notes).toContain("used $1.20 of $1.00");
    expect(readAttempt(fleet.dir(id, 2))).toMatchObject({ spent: { tokens: 11, usd: 0.6 } });
    // What gc removes was spent all the same.
    await fleet.ok(["gc", "--older-than", "0s", "--yes"]);
    expect(fleet.outcomes(id)).toEqual(["over-budget"]);
    const refused = await fleet.run(["retry", id]);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain(`${id} has used $1.20 of $1.00; say how much it may be`);
    expect(refused.stderr).toContain(`fleet retry ${id} --max-cost 2.4`);
    await fleet.ok(["retry", id, "--max-cost", "none", "--timeout", "4h"]);
    expect(fleet.issue(id).metadata?.["limits"]).toEqual({ usd: "none", timeout: "4h" });
    fleet.write("go");
    await until("a third", () => readAttempt(fleet.dir(id, 3)) !== undefined);
    expect(readAttempt(fleet.dir(id, 3))).toMatchObject({ spent: { tokens: 22, usd: 1.2 } });
  });

  it("of silence: stalled, with the figure", async () => {
    await using fleet = await Fleet.make({ max_attempts: "1" }, CODER);
    const id = await made(fleet, `${session}; ${WAITS}`, ["--max-idle", "1s"]);
    await fleet.supervise();
    await fleet.settled(id, "blocked");
    expect(fleet.outcomes(id)).toEqual(["stalled"]);
    expect(fleet.issue(id).notes).toContain("without a sign, its limit (--max-idle 1s)");
  });

  it("a coder's own hold for its tasks; a task that ends within its grace is not stopped for its closing line", async () => {
    await using fleet = await Fleet.make({}, `${CODER}limits: { worker: { usd: 1 } }\n`);
    const id = await made(
      fleet,
      `${session}; ${TOOL}; fleet bd close "$FLEET_TASK_ID" --reason done >&2; ${uses({ costUsd: 3 })}; ${RESULT}`,
      [],
    );
    await fleet.supervise();
    await fleet.settled(id, "closed");
    expect(fleet.outcomes(id)).toEqual(["done"]);
  });

  it("one that can't be kept is refused when it is set, and when the coder changes; what slips by waits for a person (LESSONS 5)", async () => {
    await using fleet = await Fleet.make({}, CODER);
    const create = await fleet.run(["bd", "create", "x", "--coder", "silent", "--max-cost", "5"], {
      cwd: fleet.project,
    });
    expect(create).toMatchObject({ code: 1 });
    expect(create.stderr).toContain("--max-cost: silent does not report its cost");
    const id = await made(fleet, DONE, ["--max-cost", "5"]);
    const update = await fleet.run(["bd", "update", id, "--coder", "silent"]);
    expect(update.stderr).toContain("silent does not report its cost");
    await fleet.ok(["bd", "update", id, "--max-turns", "7", "--max-cost", ""]);
    expect(fleet.issue(id).metadata?.["limits"]).toEqual({ turns: 7 });
    const imported = await fleet.task("imported", DONE, { coder: "silent", metadata: { limits: { usd: 1 } } });
    const torn = await fleet.task("torn", DONE, { coder: "worker", metadata: { limits: { usd: "lots" } } });
    await fleet.supervise();
    for (const one of [imported, torn]) await fleet.settled(one, "blocked");
    expect(fleet.issue(imported).notes).toContain("silent does not report its cost");
    expect(fleet.issue(torn).notes).toContain('usd: "lots" is not a limit');
    expect(fleet.outcomes(imported)).toEqual(["not-started"]);
    expect(JSON.parse(await fleet.ok(["tasks", "--all", "--json"])).tasks).toContainEqual(
      expect.objectContaining({ id: imported, state: "needs-you", tries: 0 }),
    );
  });

  it("of a day: attempts on the account are stopped too, wait for midnight and don't count as tries", () =>
    withinOneDay(async () => {
      await using fleet = await Fleet.make(
        { resume_on_parked: "wait" },
        `${CODER}accounts:\n  own: { coder: worker, daily: { usd: 1 } }\n`,
      );
      const id = await made(fleet, `${session}; ${uses({ input: 5, output: 5, costUsd: 1.5 })}; ${WAITS}`, []);
      await fleet.supervise();
      await until("its end", () => fleet.outcomes(id)[0] !== undefined);
      expect(fleet.outcomes(id)).toEqual(["rate-limited"]);
      await fleet.settled(id, "open");
      const [row] = JSON.parse(await fleet.ok(["tasks", "--all", "--json"])).tasks;
      expect(row).toMatchObject({ id, tries: 0, state: "waiting" });
      expect(row.reason).toContain("daily limit reached: $1.50 of $1.00 today");
    }));
});

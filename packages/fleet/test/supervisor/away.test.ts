/** Time in which an attempt could do nothing, over the end of the supervisor that saw it. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, it, onTestFinished } from "vitest";

import { systemClock } from "@fleet/kit/clock";
import { childrenOf } from "@fleet/kit/process/id";

import { after } from "../../src/engine/core/advance.ts";
import { awayToKeep, keptOf, passOver } from "../../src/engine/core/away.ts";
import { withAccounts } from "../../src/engine/core/accounts/keep.ts";
import { plan } from "../../src/engine/core/plan.ts";
import type { AttemptView } from "../../src/engine/core/world.ts";
import { Held } from "../../src/engine/shell/loop/held.ts";
import { Look } from "../../src/engine/shell/observe/look.ts";
import { ProcessTable } from "../../src/engine/shell/observe/process-table.ts";
import { readAway, writeAway } from "../../src/engine/shell/state/away-file.ts";
import { Troubles } from "../../src/engine/shell/state/troubles.ts";
import { claimedAttempt, runningState } from "../support/attempt.ts";
import { Fleet } from "../support/fleet.ts";
import { attemptIn, contextOf } from "../support/observed.ts";
import { until } from "../support/until.ts";

it("time that is away goes on from look to look as one span, and is written down each five seconds and when it ends", () => {
  const running = { ...claimedAttempt(), state: runningState() };
  const frozen = { ...running, state: runningState({ frozen: { at: 2_000, is: true } }) };
  const away = passOver(passOver(frozen, { from: 0, to: 1_000 }), { from: 1_000, to: 2_000 });
  expect(awayToKeep(running)).toBeUndefined();
  expect(awayToKeep(away)).toEqual({ spans: [{ from: 0, to: 2_000 }], frozenAt: 2_000 });

  const kept = after(away, { kind: "away-kept", kept: keptOf({ spans: away.away, frozenAt: 2_000 }) }, 2_000);
  expect(awayToKeep(passOver(kept, { from: 2_000, to: 6_999 }))).toBeUndefined();
  expect(awayToKeep(passOver(kept, { from: 2_000, to: 7_000 }))).toMatchObject({ spans: [{ from: 0, to: 7_000 }] });
  const thawed = { ...kept, state: runningState({ frozen: { at: 2_000, is: false } }) };
  expect(awayToKeep(thawed)).toEqual({ spans: [{ from: 0, to: 2_000 }], frozenAt: undefined });
});

const isStopped = (pid: number): boolean => readFileSync(`/proc/${pid}/stat`, "utf8").includes(") T ");

/** An attempt whose processes are stopped, and one supervisor after the other that looks at it. */
async function stopped(fleet: Fleet) {
  const wrapper = spawn("sh", ["-c", "sleep 600 & wait"], { stdio: "ignore", detached: true });
  const group = -(wrapper.pid ?? 0);
  onTestFinished(() => void process.kill(group, "SIGKILL"));
  const child = await until("the coder", () => childrenOf(wrapper.pid ?? 0)[0]);
  const { uuid } = await attemptIn(fleet, "running", fleet.project, { log: "", wrapper: wrapper.pid ?? 0 });
  let now = systemClock().monotonic();
  const context = contextOf(fleet, { clock: { ...systemClock(), monotonic: () => now } });
  const supervisor = () => {
    const look = new Look(context, new Held(context, undefined), new Troubles(context.journal));
    /** Looks once a second, and writes down what is to be; answers how much of its time does not count. */
    return (seconds: number): number => {
      let seen: AttemptView | undefined;
      for (let left = seconds; left > 0; left--) {
        now += 1_000;
        const world = look.look(undefined, new ProcessTable());
        look.done();
        for (const action of plan(withAccounts(world)))
          if (action.kind === "keep-away") writeAway(fleet.home, action.attempt.ref.uuid, action.away);
        [seen] = world.attempts;
      }
      return seen?.phase.kind === "running" ? Math.round((seen.phase.away ?? 0) / 1_000) : -1;
    };
  };
  const signal = async (name: "SIGSTOP" | "SIGCONT"): Promise<void> => {
    process.kill(child, name);
    await until(name, () => isStopped(child) === (name === "SIGSTOP"));
  };
  return { uuid, supervisor, signal, pass: (seconds: number): void => void (now += seconds * 1_000) };
}

it("one that is frozen while its supervisor ends is not charged for that time", async () => {
  await using fleet = await Fleet.make();
  const one = await stopped(fleet);
  await one.signal("SIGSTOP");
  expect(one.supervisor()(10)).toBe(9);
  one.pass(3_600);
  expect(one.supervisor()(10)).toBe(3_619);
});

it("one that continued meanwhile is charged for the unobserved time, and no more", async () => {
  await using fleet = await Fleet.make();
  const one = await stopped(fleet);
  await one.signal("SIGSTOP");
  const first = one.supervisor();
  expect(first(10)).toBe(9);
  await one.signal("SIGCONT");
  expect(first(10)).toBe(10);
  one.pass(3_600);
  expect(one.supervisor()(10)).toBe(10);
  expect(readAway(fleet.home, one.uuid)).toMatchObject({ frozenAt: undefined });
});

/** Signals from outside: whom `pkill` of one agent hits, and that what hits several is nobody's try. */
import { describe, expect, it } from "vitest";

import { readPid } from "../../src/attempts/records/pid-file.ts";
import { burstOf, burstWords, type Hit, hitOf, SUPERVISOR } from "../../src/engine/core/bursts.ts";
import { firstIn, mayContain, superviseInContainer } from "../support/container.ts";
import { Fleet, isAlive } from "../support/fleet.ts";
import { until } from "../support/until.ts";
import { WAIT, LOADED } from "./hit.ts";

describe("a burst", () => {
  const hit = (who: string, at: number, signal = "SIGTERM"): Hit => ({ who, at, signal });
  const mine = hit("a", 10_000);

  it("is the same signal to others within a few seconds, before or after", () => {
    const others = [hit("b", 8_000), hit("c", 12_000), hit("d", 14_000), hit("e", 10_000, "SIGKILL")];
    const burst = burstOf(mine, [mine, ...others, hit("b", 8_000)], 3_000, 99_000);
    expect(burst).toEqual({ kind: "burst", signal: "SIGTERM", others: 2, supervisor: false });
  });

  it("is one attempt whose supervisor the same signal has ended", () => {
    const burst = burstOf(mine, [mine, hit(SUPERVISOR, 9_900)], 3_000, 99_000);
    expect(burst.kind === "burst" && burstWords(burst)).toBe(
      "ended by SIGTERM from outside, which hit the supervisor at the same time",
    );
  });

  it("is not known while others may be ending, and is none after that", () => {
    expect(burstOf(mine, [mine], 3_000, 12_000)).toEqual({ kind: "open" });
    expect(burstOf(mine, [mine], 3_000, 13_001)).toEqual({ kind: "alone" });
    expect(burstOf(mine, [mine], 3_000, 5_000)).toEqual({ kind: "alone" });
  });

  it("is of signals only: gemini's exit codes are an HTTP status less 256", () => {
    const ended = { who: "a", isStopped: false, exitedAt: 7, vanishedAt: 9 };
    const signals = (codes: readonly number[]) => codes.map((exitCode) => hitOf({ ...ended, exitCode })?.signal);
    expect(signals([1, 127, 139, 144, 173, 255])).toEqual(Array(6).fill(undefined));
    expect(signals([129, 130, 137, 143])).toEqual(["SIGHUP", "SIGINT", "SIGKILL", "SIGTERM"]);
  });

  it("hits whom fleet did not stop, and with SIGKILL whose wrapper is gone without an exit status", () => {
    const ended = { who: "a", isStopped: false, exitCode: 143, exitedAt: 7, vanishedAt: undefined };
    expect(hitOf(ended)).toEqual({ who: "a", signal: "SIGTERM", at: 7 });
    expect(hitOf({ ...ended, isStopped: true })).toBeUndefined();
    const gone = { ...ended, exitCode: undefined, exitedAt: undefined };
    expect(hitOf({ ...gone, vanishedAt: 9 })).toEqual({ who: "a", signal: "SIGKILL", at: 9 });
    expect(hitOf(gone)).toBeUndefined();
  });
});

it.concurrent("several attempts ended by one signal are not tries", async () => {
  await using fleet = await Fleet.make({}, "", LOADED);
  const [one, two] = [await fleet.task("a", WAIT), await fleet.task("b", WAIT)];
  const whole = [await fleet.task("c", WAIT), await fleet.task("d", WAIT)];
  await fleet.supervise();
  await until("all run", () => [one, two, ...whole].every((id) => fleet.ran(id) !== ""));
  for (const id of [one, two]) process.kill(Number(fleet.ran(id).trim()), "SIGTERM");
  expect(await fleet.attempted(one)).toMatchObject({ kind: "interrupted", counts: false, becomes: "open" });
  expect(await fleet.attempted(two)).toMatchObject({
    kind: "interrupted",
    reason: "ended by SIGTERM from outside, which hit 1 other attempt at the same time",
  });
  for (const id of whole) {
    const wrapper = readPid(fleet.dir(id));
    if (wrapper.kind === "wrapper") process.kill(-wrapper.pid, "SIGKILL");
  }
  for (const id of whole)
    expect(await fleet.attempted(id)).toMatchObject({
      kind: "interrupted",
      reason: expect.stringContaining("SIGKILL"),
    });
  fleet.write("go");
  for (const id of [one, two]) await fleet.settled(id, "closed");
  expect([one, two].map((id) => fleet.tries(id))).toEqual([0, 0]);
});

it.concurrent("one attempt ended by a signal alone is a try", async () => {
  await using fleet = await Fleet.make();
  const id = await fleet.task("a", WAIT);
  await fleet.supervise();
  await until("it runs", () => fleet.ran(id) !== "");
  process.kill(Number(fleet.ran(id).trim()), "SIGKILL");
  expect(await fleet.attempted(id)).toMatchObject({ kind: "failed", counts: true });
  fleet.write("go");
  await fleet.settled(id, "closed");
  expect(fleet.tries(id)).toBe(1);
});

it.concurrent("one attempt that ends by the signal that its supervisor got is not a try", async () => {
  await using fleet = await Fleet.make({}, "", LOADED);
  const id = await fleet.task("a", WAIT);
  const pid = await fleet.start();
  await until("it runs", () => fleet.ran(id) !== "");
  const wrapper = readPid(fleet.dir(id));
  process.kill(pid, "SIGTERM");
  process.kill(Number(fleet.ran(id).trim()), "SIGTERM");
  await until("both are gone", () => !isAlive(pid) && wrapper.kind === "wrapper" && !isAlive(wrapper.pid));
  await fleet.supervise();
  expect(await fleet.attempted(id)).toMatchObject({ kind: "interrupted", counts: false });
  fleet.write("go");
  await fleet.settled(id, "closed");
});

it.runIf(mayContain).concurrent(
  "as PID 1 of a container it stops at SIGTERM, because nothing lives on without it",
  async () => {
    await using fleet = await Fleet.make({ shutdown_grace: "10m" });
    const id = await fleet.task("a", WAIT);
    const container = superviseInContainer(fleet);
    const ended = new Promise<number | null>((resolve) => container.once("exit", resolve));
    await until("it runs", () => fleet.ran(id) !== "");
    process.kill(firstIn(container), "SIGTERM");
    fleet.write("go");
    expect(await ended).toBe(143);
    expect(fleet.outcomes(id)).toEqual(["done"]);
  },
);

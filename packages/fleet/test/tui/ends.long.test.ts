/** However `fleet top` ends, or stops for a while, the terminal is as it was before. By tmux. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { shellWords } from "@fleet/kit/shell";

import { Fleet, FLEET, isAlive } from "../support/fleet.ts";
import { HAS_TMUX, Seat, seatOf } from "../support/seat.ts";
import { until } from "../support/until.ts";

/** What goes wrong in the process of `fleet top`, on SIGUSR2. */
const FAULTS = {
  "an exception that nobody caught": `process.on("SIGUSR2", () => { throw new Error("broken in the middle"); });`,
  "a rejection that nobody caught": `process.on("SIGUSR2", () => void Promise.reject(new Error("broken in the middle")));`,
  // The screen is made with the time.
  "a screen that can't be made": `
    const now = Date.now;
    let isBroken = false;
    Date.now = () => {
      if (isBroken) throw new Error("broken in the middle");
      return now();
    };
    process.on("SIGUSR2", () => (isBroken = true));`,
} as const;

describe.skipIf(!HAS_TMUX)("the terminal is as it was", () => {
  it.each(Object.entries(FAULTS))("after %s, and what is said of it can be read", async (_, code) => {
    await using fleet = await Fleet.make();
    const fault = join(fleet.root, "fault.cjs");
    writeFileSync(fault, code);
    using seat = new Seat(fleet, 80, 24, ["top"], { NODE_OPTIONS: `--require=${fault}` });
    await seat.shows(/Nothing to do/);
    expect(seat.isAsItWas()).toBe(false);
    process.kill(seatOf(fleet), "SIGUSR2");
    expect(await seat.shows(/broken in the middle[^]*left with 1/)).not.toContain("Nothing to do");
    expect(seat.isAsItWas()).toBe(true);
  });

  it.each(["SIGTERM", "SIGHUP", "SIGQUIT", "SIGINT"] as const)("after %s", async (signal) => {
    await using fleet = await Fleet.make();
    using seat = new Seat(fleet, 80, 24);
    await seat.shows(/Nothing to do/);
    process.kill(seatOf(fleet), signal);
    expect(await seat.shows(/left with 0/)).not.toContain("Nothing to do");
    expect(seat.isAsItWas()).toBe(true);
  });

  it("while its job is stopped, by a key or from elsewhere, and shows it all again after fg", async () => {
    await using fleet = await Fleet.make();
    const shell = `env PS1='ready> ' bash --norc --noprofile --noediting -i`;
    using seat = new Seat(fleet, 80, 24, shell);
    await seat.shows(/ready>/);
    seat.keys(shellWords([process.execPath, FLEET, "top"]), "Enter");
    await seat.shows(/Nothing to do/);
    seat.keys("C-z");
    await seat.shows(/Stopped[^]*ready>/);
    expect(seat.isAsItWas()).toBe(true);
    seat.keys("fg", "Enter");
    await seat.shows(/Nothing to do/);
    process.kill(seatOf(fleet), "SIGTSTP");
    await seat.shows(/Stopped[^]*Stopped[^]*ready>/);
    expect(seat.isAsItWas()).toBe(true);
    seat.keys("clear; fg", "Enter");
    await seat.shows(/Nothing to do[^]*q quit/);
    seat.keys("?");
    await seat.shows(/any key: back/);
    seat.keys("q", "q");
    await seat.shows(/^ready>|\nready>/);
    expect(seat.isAsItWas()).toBe(true);
  });

  it("no job: a window that has only this keeps it, whatever stops elsewhere", async () => {
    await using fleet = await Fleet.make();
    using seat = new Seat(fleet, 80, 24);
    await seat.shows(/Nothing to do/);
    seat.keys("C-z", "?");
    await seat.shows(/any key: back/);
    seat.keys("q", "q");
    await seat.shows(/left with 0/);
  });

  it("gone: the process ends with its window", async () => {
    await using fleet = await Fleet.make();
    using seat = new Seat(fleet, 80, 24);
    await seat.shows(/Nothing to do/);
    const pid = seatOf(fleet);
    seat.close();
    await until("its end", () => !isAlive(pid));
  });

  it("not before its time: a store that can't be read is said, and the screen goes on with it once it can", async () => {
    await using fleet = await Fleet.make();
    const id = await fleet.task("one", "words");
    using seat = new Seat(fleet, 120, 24);
    await seat.shows(/1 ready/);
    const branch = join(fleet.home, ".git", "refs", "heads", "main");
    const tip = readFileSync(branch, "utf8");
    writeFileSync(branch, "words\n");
    await seat.shows(/refs\/heads\/main|branch main/);
    seat.keys("?");
    await seat.shows(/any key: back/);
    writeFileSync(branch, tip);
    seat.keys("q");
    await fleet.ok(["bd", "update", id, "--status", "blocked"]);
    await seat.shows(/NEEDS YOU[^]*blocked/);
    seat.keys("q");
    await seat.shows(/left with 0/);
    expect(seat.isAsItWas()).toBe(true);
  });
});

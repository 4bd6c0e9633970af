/** Files that say what may be claimed, cut short: unknown is not "yes". And a pause that is said at the wrong moment. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Park } from "../../src/engine/core/accounts/park.ts";
import {
  forgetPark,
  parkAccount,
  pauseAccount,
  readParked,
  resumeAccount,
} from "../../src/engine/shell/state/parked.ts";
import { Fleet } from "../support/fleet.ts";
import { until } from "../support/until.ts";

const state = (fleet: Fleet, ...names: string[]): string => join(fleet.home, ".git", "fleet", ...names);

/** The first half of what is there, or of something that could be. */
function cut(path: string, text = existsSync(path) ? readFileSync(path, "utf8") : '{"coders":{'): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text.slice(0, Math.ceil(text.length / 2)));
}

describe.concurrent("cut short", () => {
  it.for([
    ["mode.json", "fleet resume, or fleet pause"],
    ["breakers.json", "fleet resume"],
  ] as const)("%s: nothing is claimed, running attempts continue, and the fix is logged once", async ([name, mend]) => {
    await using fleet = await Fleet.make();
    const runs = await fleet.task("runs", "while [ ! -e go ]; do sleep 0.05; done");
    await fleet.supervise();
    await until("it runs", () => existsSync(join(fleet.dir(runs), "pid")));
    if (name === "mode.json") await fleet.ok(["pause"]);
    cut(state(fleet, name));
    const said = `${name} can't be read (cut short, or no JSON), so nothing is claimed: ${mend}`;
    const waits = await fleet.task("waits", "true");
    fleet.write("go");
    await fleet.settled(runs, "closed");
    // There was room all along, and many looks since.
    expect([fleet.issue(waits).status, fleet.outcomes(waits)]).toEqual(["open", []]);
    expect(fleet.journal().split(said)).toHaveLength(2);
    expect((await fleet.run(["run", "status"])).stdout).toContain(said);
    expect((await fleet.run(["doctor"])).stdout).toContain(said);
    expect(JSON.parse((await fleet.run(["run", "status", "--json"])).stdout)).toMatchObject({
      unreadable: [expect.stringContaining(said)],
    });
    await fleet.ok(["resume"]);
    await fleet.settled(waits, "closed");
    expect(fleet.journal()).toContain('"mended"');
  });

  it("mode.json: pausing again holds, and fixes it", async () => {
    await using fleet = await Fleet.make();
    await fleet.ok(["pause"]);
    cut(state(fleet, "mode.json"));
    await fleet.ok(["pause"]);
    expect(JSON.parse((await fleet.run(["run", "status", "--json"])).stdout)).toMatchObject({
      mode: "paused",
      unreadable: [],
    });
  });

  it("what is said of one account: that one waits for a person, the other continues", async () => {
    await using fleet = await Fleet.make(
      {},
      `
coders: { worker: { argv: [sh, "{prompt_file}"], prompt: script, exit_zero: done } }
accounts: { first: { coder: worker, order: 1, env: { WHO: first } }, second: { coder: worker, order: 2, env: { WHO: second } } }
`,
    );
    await fleet.ok(["pause", "first"]);
    const [name] = readdirSync(state(fleet, "paused"));
    cut(state(fleet, "paused", String(name)));
    const id = await fleet.task("works", 'echo "$WHO" >> who', { coder: "worker" });
    await fleet.supervise();
    await fleet.attempted(id);
    expect(readFileSync(join(fleet.project, "who"), "utf8")).toBe("second\n");
    expect(fleet.journal()).toContain("first waits until you run: fleet resume first: ");
    expect(JSON.parse(await fleet.ok(["accounts", "--json"])).accounts).toMatchObject([
      { name: "first", state: "parked", until: null, reason: expect.stringContaining("can't be read") },
      { name: "second", state: "free" },
    ]);
    expect(await fleet.ok(["resume", "first"])).toContain("Resumed: account first (");
    expect(JSON.parse(await fleet.ok(["accounts", "--json"])).accounts).toMatchObject([
      { state: "free" },
      { state: "free" },
    ]);
  });
});

describe("two that speak of one account", () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "fleet-parked-"));
    mkdirSync(join(home, ".git", "fleet"), { recursive: true });
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const window: Park = { until: "2026-03-04T12:00:00Z", reason: "used up", kind: "window", repeats: 1 };

  it("a pause that comes between the supervisor's reading and its writing is kept", () => {
    parkAccount(home, "work", window);
    const before = readParked(home);
    pauseAccount(home, "work", "paused by ann");
    parkAccount(home, "work", { ...(before["work"] ?? window), released: "2026-03-04T12:00:01Z" });
    parkAccount(home, "other", window);
    expect(readParked(home)["work"]?.kind).toBe("hand");
    forgetPark(home, "work");
    expect(readParked(home)["work"]?.kind).toBe("hand");
    resumeAccount(home, "work");
    expect(Object.keys(readParked(home))).toEqual(["other"]);
  });

  /** A file's name has at most 255 bytes: three for each byte of these, and an ending while it is written. */
  const NAME = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 12 })
    .filter((name) => Buffer.byteLength(name) <= 75);

  it("every name has a file of its own, on a disk without capitals too", () => {
    fc.assert(
      fc.property(fc.uniqueArray(NAME, { minLength: 1 }), (names) => {
        rmSync(join(home, ".git", "fleet"), { recursive: true, force: true });
        for (const name of names) parkAccount(home, name, { ...window, reason: name });
        const parked = readParked(home);
        for (const name of names) expect(Object.getOwnPropertyDescriptor(parked, name)?.value?.reason).toBe(name);
        const files = readdirSync(join(home, ".git", "fleet"), { recursive: true }).map((file) => String(file));
        expect(new Set(files.map((file) => file.toLowerCase())).size).toBe(files.length);
      }),
      { numRuns: 50 },
    );
  });
});

describe("a directory where a file should be", () => {
  it("config.yaml: commands that need it name it, without a defect; doctor continues; set does not write", async () => {
    await using fleet = await Fleet.make();
    const path = join(fleet.home, "config.yaml");
    rmSync(path, { force: true });
    mkdirSync(path);
    const why = "can't be read: there is a directory in its place";
    for (const args of [
      ["config", "show"],
      ["config", "set", "max_concurrent=2"],
      ["run", "start"],
    ]) {
      const { code, stderr } = await fleet.run(args);
      expect([args, code, stderr]).toEqual([args, 1, expect.stringContaining(why)]);
      expect(stderr).toContain(path);
      expect(stderr).not.toContain("defect");
    }
    expect((await fleet.run(["bd", "doctor"])).stdout).toContain(why);
  });

  it("run/supervisor.out: the supervisor does not start, and says why", async () => {
    await using fleet = await Fleet.make();
    mkdirSync(join(fleet.home, "run", "supervisor.out"), { recursive: true });
    const { code, stderr } = await fleet.run(["run", "start"]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining("nothing was written: there is a directory in its place"),
    ]);
    expect(stderr).not.toContain("defect");
  });
});

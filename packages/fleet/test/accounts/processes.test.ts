/** Several accounts for real: one home, one supervisor, a declared coder whose lines say what its account allows. */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { localTimes } from "@fleet/kit/when";
import { fleetRecord } from "@fleet/store/fleet-record";

import { withinOneDay } from "../support/days.ts";
import { Fleet } from "../support/fleet.ts";
import { DONE, says } from "../support/robot.ts";
import { until } from "../support/until.ts";
import { TWO, ends, usedUp, on, soon, account, comesSoon, rows } from "./two.ts";

describe.concurrent("two accounts", () => {
  it("the first is used up: the second takes over at once, the first comes back after its reset (LESSONS 4)", async () => {
    await using fleet = await Fleet.make({ limit_pause: "1s" }, TWO);
    const reset = soon(600_000);
    const id = await fleet.task("meets a limit", `${on("first", usedUp(reset))}; ${DONE}`, { coder: "worker" });
    await fleet.supervise();
    await fleet.settled(id, "closed");
    expect(fleet.outcomes(id)).toEqual(["rate-limited", "done"]);
    expect([account(fleet, id, 1), account(fleet, id, 2)]).toEqual(["first", "second"]);
    expect(fleet.tries(id)).toBe(0);
    expect(Date.now()).toBeLessThan(Date.parse(reset));
    expect(await rows(fleet)).toMatchObject([
      {
        name: "first",
        state: "parked",
        reason: "it is rate-limit",
        windows: { five_hour: { utilization: 1, resets: reset } },
      },
      { name: "second", state: "free", running: 0 },
    ]);
    comesSoon(fleet, "first");
    await until("first goes on", () => fleet.journal().includes("first resumed: its limit has reset"));
    const next = await fleet.task("later", DONE, { coder: "worker" });
    await fleet.settled(next, "closed");
    expect(account(fleet, next, 1)).toBe("first");
  });

  it("not signed in: that one waits for a person and is retried now and then, the other continues", async () => {
    await using fleet = await Fleet.make({}, TWO);
    const id = await fleet.task("is refused", `${on("first", ends("auth"))}; ${DONE}`, { coder: "worker" });
    await fleet.supervise();
    await fleet.settled(id, "closed");
    expect(fleet.outcomes(id)).toEqual(["auth", "done"]);
    expect(await rows(fleet)).toMatchObject([
      { name: "first", state: "parked", until: expect.stringMatching(/T/) },
      { state: "free" },
    ]);
    expect((await fleet.run(["run", "status"])).stdout).toContain("(fixed? fleet resume first)");
    expect(await fleet.ok(["resume", "first"])).toContain("Resumed: account first (it is auth).");
    expect(await rows(fleet)).toMatchObject([{ state: "free" }, { state: "free" }]);
  });

  it("all on hold: status, tasks and journal say when it resumes, and it does", async () => {
    await using fleet = await Fleet.make({ limit_pause: "1s", max_concurrent: "1" }, TWO);
    const [one, two] = [soon(1_200_000), soon(600_000)];
    const script = `[ -e open ] || { ${on("first", usedUp(one))}; ${on("second", usedUp(two))}; }; ${DONE}`;
    const id = await fleet.task("waits", script, { coder: "worker" });
    await fleet.supervise();
    await until("both are parked", () => fleet.journal().includes("both worker accounts are on hold"));
    fleet.write("open");
    expect(fleet.journal()).toContain("nothing runs on worker until");
    const status = (await fleet.run(["run", "status"])).stdout;
    expect(status).toMatch(
      /waiting {2}both worker accounts are on hold; nothing runs on worker until [-\d]* ?\d\d:\d\d:\d\d \(second\)/,
    );
    const waits: unknown = JSON.parse(await fleet.ok(["tasks", "--all", "--json"])).tasks;
    expect(waits).toMatchObject([
      { id, state: "waiting", reason: expect.stringContaining("all accounts of worker wait") },
    ]);
    comesSoon(fleet, "second");
    await fleet.settled(id, "closed");
    expect(account(fleet, id, 3)).toBe("second");
    expect(fleet.tries(id)).toBe(0);
  });

  it("with auto_resume off nothing resumes automatically", async () => {
    await using fleet = await Fleet.make({ auto_resume: "false", limit_pause: "1s" }, TWO);
    const reset = soon(1_500);
    const script = `[ -e open ] || { ${usedUp(reset)}; }; ${DONE}`;
    const id = await fleet.task("waits", script, { coder: "worker" });
    await fleet.supervise();
    await fleet.attempted(id, 2);
    fleet.write("open");
    await until("the reset has passed", () => Date.now() > Date.parse(reset) + 2_000);
    expect(fleet.issue(id).status).toBe("open");
    expect(await rows(fleet)).toMatchObject([
      { state: "parked", until: null },
      { state: "parked", until: null },
    ]);
    await fleet.ok(["resume", "second"]);
    await fleet.settled(id, "closed");
    expect(account(fleet, id, 3)).toBe("second");
  });

  it("one that is paused by hand gets nothing new; its max holds", async () => {
    const limited = TWO.replace("order: 1,", "order: 1, max: 1,");
    await using fleet = await Fleet.make({}, limited);
    const hold = `while [ ! -e go ]; do sleep 0.05; done; ${DONE}`;
    const ids: string[] = [];
    for (const n of [1, 2, 3]) ids.push(await fleet.task(`task ${n}`, hold, { coder: "worker" }));
    await fleet.supervise();
    await until("all run", () => ids.every((id) => existsSync(join(fleet.dir(id), "pid"))));
    expect(ids.map((id) => account(fleet, id, 1))).toEqual(["first", "second", "second"]);
    expect(await rows(fleet)).toMatchObject([{ running: 1, max: 1 }, { running: 2 }]);
    expect(await fleet.ok(["pause", "second"])).toContain("Paused second");
    const more = await fleet.task("one more", DONE, { coder: "worker" });
    fleet.write("go");
    for (const id of [...ids, more]) await fleet.settled(id, "closed");
    expect(account(fleet, more, 1)).toBe("first");
    expect((await fleet.run(["pause", "nobody"])).stderr).toContain("there is no account or coder nobody");
  });
});

describe("daily limits", () => {
  it("logs 80 %; at 100 % the account is on hold until midnight UTC with the figure; others continue", () =>
    withinOneDay(async () => {
      const capped = TWO.replace("order: 1,", "order: 1, daily: { usd: 1, tokens: 1000000 },");
      await using fleet = await Fleet.make({ max_concurrent: "1" }, capped);
      const spends = (usd: number): string =>
        `${says({ type: "usage", input: 900, output: 100, costUsd: usd })}; ${DONE}`;
      const one = await fleet.task("costs", spends(0.85), { coder: "worker" });
      await fleet.supervise();
      await fleet.settled(one, "closed");
      await until("the warning", () => fleet.journal().includes("first is near its daily limit: $0.85 of $1.00 today"));
      expect((await fleet.run(["run", "status"])).stdout).toContain("limit    first: $0.85 of $1.00 today");
      const two = await fleet.task("costs more", spends(0.5), { coder: "worker" });
      await fleet.settled(two, "closed");
      await until("it is parked", () => fleet.journal().includes("daily limit reached: $1.35 of $1.00 today"));
      const midnight = new Date(Math.ceil(Date.now() / 86_400_000) * 86_400_000).toISOString();
      expect(await rows(fleet)).toMatchObject([
        { name: "first", state: "parked", until: midnight, spent_today: { usd: 1.35, tokens: 2000 } },
        { name: "second", state: "free" },
      ]);
      const three = await fleet.task("goes elsewhere", DONE, { coder: "worker" });
      await fleet.settled(three, "closed");
      expect([one, two, three].map((id) => account(fleet, id, 1))).toEqual(["first", "first", "second"]);
      // The ledger is under run/ and may be deleted: the outcomes say the same.
      execFileSync("rm", ["-r", join(fleet.home, "run", "spent")]);
      expect((await rows(fleet))[0]).toMatchObject({ spent_today: { usd: 1.35, tokens: 2000 } });
      await fleet.ok(["config", "set", "accounts.first.daily.usd=3"]);
      await until("it goes on", () => fleet.journal().includes("first resumed"));
    }));
});

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: "utf8" })
    .map((name) => join(dir, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
}

/** In the home's files and in every git object, whether something refers to it or not. */
function holds(fleet: Fleet, text: string): boolean {
  const objects = execFileSync("git", ["-C", fleet.home, "cat-file", "--batch-all-objects", "--batch"], {
    maxBuffer: 1e9,
  });
  return objects.includes(text) || filesBelow(fleet.home).some((path) => readFileSync(path).includes(text));
}

describe("secrets", () => {
  it("reach only the account's own attempts, and are written nowhere in the home", async () => {
    const [FIRST, SECOND] = ["sk-live-first-7Zq1xW", "sk-live-second-9Kd2pV"];
    await using fleet = await Fleet.make({ max_concurrent: "1" });
    writeFileSync(join(fleet.root, "first.key"), `${FIRST}\n`, { mode: 0o600 });
    const more = TWO.replace(
      "order: 1,",
      `order: 1, max: 1, secrets: { WORK_KEY: { file: ${join(fleet.root, "first.key")} } },`,
    ).replace("order: 2,", "order: 2, secrets: { WORK_KEY: { variable: SECOND_KEY } },");
    fleet.configure({ max_concurrent: "2" }, more);
    // What the attempts tell goes into the project, outside of the home.
    const tells = `echo "$WHO $WORK_KEY $SECOND_KEY" >> used.$WHO; tr '\\0' '\\n' </proc/$PPID/cmdline >> used.$WHO; while [ ! -e used.first ] || [ ! -e used.second ]; do sleep 0.05; done; ${DONE}`;
    const ids = [
      await fleet.task("one", tells, { coder: "worker" }),
      await fleet.task("two", tells, { coder: "worker" }),
    ];
    await fleet.ok(["run", "start"], { env: { SECOND_KEY: SECOND } });
    for (const id of ids) await fleet.settled(id, "closed");
    const used = (who: string): string => readFileSync(join(fleet.project, `used.${who}`), "utf8");
    expect(used("first").split("\n")[0]).toBe(`first ${FIRST} `);
    expect(used("second").split("\n")[0]).toBe(`second ${SECOND} `);
    expect(used("first").split("\n").slice(1).join()).not.toContain(FIRST);
    const shown = [
      await fleet.ok(["accounts"]),
      await fleet.ok(["accounts", "--json"]),
      await fleet.ok(["config", "show"]),
    ];
    expect(shown.join()).toContain("SECOND_KEY");
    for (const secret of [FIRST, SECOND]) {
      expect(shown.join()).not.toContain(secret);
      expect(holds(fleet, secret)).toBe(false);
    }
    // What the search can find: it looks at the right things.
    expect(holds(fleet, ids[0] ?? "")).toBe(true);
  });

  it("that a coder repeats are not committed with its last words", async () => {
    const KEY = "sk-live-repeated-3Lm6yC";
    await using fleet = await Fleet.make();
    writeFileSync(join(fleet.root, "key"), KEY);
    const more = TWO.replace("order: 1,", `order: 1, secrets: { WORK_KEY: { file: ${join(fleet.root, "key")} } },`);
    fleet.configure({ max_attempts: "1" }, more);
    const saysIt = says({ type: "result", ok: false, text: `invalid key ${KEY}`, cause: "other" });
    const id = await fleet.task("repeats it", `echo "the key is $WORK_KEY" >&2; ${saysIt}; exit 3`, {
      coder: "worker",
    });
    await fleet.supervise();
    const issue = await fleet.settled(id, "blocked");
    const committed = JSON.stringify([issue.comments, issue.notes, fleetRecord(issue)]);
    expect(committed).toContain("invalid key [WORK_KEY]");
    expect(committed).toContain("the key is [WORK_KEY]");
    expect(committed).not.toContain(KEY);
    expect(fleet.journal()).not.toContain(KEY);
  });

  it("that are missing hold up their account alone, until they are there", async () => {
    await using fleet = await Fleet.make();
    const key = join(fleet.root, "late.key");
    fleet.configure({}, TWO.replace("order: 1,", `order: 1, secrets: { WORK_KEY: { file: ${key} } },`));
    await fleet.supervise();
    const one = await fleet.task("meanwhile", DONE, { coder: "worker" });
    await fleet.settled(one, "closed");
    expect(account(fleet, one, 1)).toBe("second");
    expect(await rows(fleet)).toMatchObject([
      { state: "parked", reason: `its WORK_KEY is missing: ${key} can't be read` },
      {},
    ]);
    writeFileSync(key, "the key");
    await until("it goes on", () => fleet.journal().includes("first resumed: its secrets were found"));
    const two = await fleet.task("then", DONE, { coder: "worker" });
    await fleet.settled(two, "closed");
    expect(account(fleet, two, 1)).toBe("first");
  });

  it("written into the settings are refused before they are committed: by set, by the supervisor, by show", async () => {
    const KEY = "sk-live-literal-5Tn8rB";
    await using fleet = await Fleet.make({ max_concurrent: "3" });
    await fleet.supervise();
    // Before `config set`, which commits what a person wrote if nobody has yet.
    await until("the first settings", () => fleet.journal().includes("config reloaded"));
    const set = await fleet.run(["config", "set", `env.claude.ANTHROPIC_API_KEY=${KEY}`]);
    expect(set.code).toBe(1);
    expect(set.stderr).toContain("env.claude.ANTHROPIC_API_KEY: looks like a literal secret");
    expect(set.stderr).toContain("accounts: {claude: {coder: claude, secrets: {ANTHROPIC_API_KEY: {file:");
    fleet.configure({ max_concurrent: "5" }, `env: { claude: { ANTHROPIC_API_KEY: ${KEY} } }\n`);
    await until("the supervisor says so", () => fleet.journal().includes("still using the previous settings"));
    const show = await fleet.run(["config", "show"]);
    expect([show.code, show.stderr]).toEqual([1, expect.stringContaining("looks like a literal secret")]);
    for (const { stdout, stderr } of [set, show]) expect(stdout + stderr).not.toContain(KEY);
    fleet.configure({ max_concurrent: "4" });
    await until("good again", () => fleet.journal().split("config reloaded").length > 2);
    expect(holds(fleet, KEY)).toBe(false);
  });
});

it.concurrent("claude's windows are shown before anything is refused, while it works too; those whose reset has come are not", async () => {
  await using fleet = await Fleet.make({ default_coder: "claude", max_attempts: "1" });
  const recorded = new URL("../../../../fixtures/recordings/claude/oauth-warning.jsonl", import.meta.url);
  const reset = Math.floor(Date.now() / 1000) + 3_600;
  // The recorded resets are moments of the day it was recorded on.
  const lines = readFileSync(recorded, "utf8")
    .replaceAll('"status":"allowed_warning"', '"status":"allowed"')
    .replaceAll("1795263188", String(reset))
    .replaceAll("1795349588", String(reset + 86_400))
    .split("\n");
  const told = lines.findIndex((line) => line.includes("rate_limit_event")) + 1;
  fleet.write("begins.jsonl", `${lines.slice(0, told).join("\n")}\n`);
  fleet.write("ends.jsonl", lines.slice(told).join("\n"));
  fleet.write("claude", "#!/bin/sh\ncat begins.jsonl; while [ ! -e go ]; do sleep 0.05; done; cat ends.jsonl\n");
  chmodSync(join(fleet.project, "claude"), 0o755);
  const path = `${fleet.project}:${String(fleet.env["PATH"])}`;
  const id = await fleet.task("works", "do it", { coder: "claude", metadata: { path } });
  await fleet.ok(["run", "start"]);
  const shown = await until("the windows", async () => {
    const [row] = await rows(fleet);
    return row !== undefined && Object.keys(Object(row["windows"])).length === 2 && row;
  });
  const resets = new Date(reset * 1000).toISOString();
  expect(shown).toMatchObject({
    name: "claude",
    state: "free",
    running: 1,
    windows: { five_hour: { utilization: 0.92, resets, detail: "allowed" }, seven_day: { utilization: 0.4 } },
    // What is not there is null, never absent.
    until: null,
    reason: null,
    max: null,
    daily: null,
    daily_share: null,
    problem: null,
  });
  expect(await fleet.ok(["accounts"])).toContain(
    `five_hour 92% until ${localTimes(resets, Date.now())}, seven_day 40% until `,
  );
  fleet.write("go");
  await fleet.attempted(id);
  const seen = join(fleet.home, "run", "account-windows.json");
  writeFileSync(seen, readFileSync(seen, "utf8").replace(resets, soon(-1_000)));
  expect(Object.keys(Object((await rows(fleet))[0]?.["windows"]))).toEqual(["seven_day"]);
});

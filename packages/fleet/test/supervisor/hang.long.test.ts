/** What hangs, waits, is quiet or works, each for real: one home with short thresholds, one supervisor. */
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";

import { fleetRecord } from "@fleet/store/fleet-record";

import { readAttempt } from "../../src/attempts/records/record.ts";
import { readStop } from "../../src/attempts/records/stop.ts";
import { decodeEntry, type JournalEntry } from "../../src/engine/shell/state/journal.ts";
import { Fleet } from "../support/fleet.ts";
import { RESULT, says, TOOL } from "../support/robot.ts";
import { until } from "../support/until.ts";

const HUNG_AFTER = 1_500;
const TUNING = { workingWithin: 300 };
const SETTINGS = `
liveness:
  quiet_after: 600ms
  warn_after: 1500ms
  hung_after: ${HUNG_AFTER}ms
  stop_waiting_after: 1s
coders:
  talker: &talker
    argv: [sh, "{prompt_file}"]
    resume: [sh, "{prompt_file}", resumed, "{session}"]
    prompt: script
    events:
      - { when: { type: session }, event: session-started, fields: { session: id } }
      - { when: { type: begin }, event: tool-started, fields: { tool: name, summary: what } }
      - { when: { type: tool }, event: tool-finished, fields: { tool: name, summary: what } }
      - { when: { type: question }, event: question, fields: { text: text } }
      - { when: { type: allow }, event: waiting, set: { for: permission }, fields: { text: text } }
      - { when: { type: result }, event: result, fields: { ok: ok, text: text, cause: cause } }
  signed-out: *talker
`;
const SESSION = says({ type: "session", id: "s-1" });
const CLOSE = `${TOOL}; fleet bd close "$FLEET_TASK_ID" --reason well >&2; ${RESULT}`;
/** Waits without using anything until somebody writes into the pipe. */
const pipe = (fleet: Fleet, name: string): string => {
  execFileSync("mkfifo", [join(fleet.project, name)]);
  return `read _ <${name}`;
};

let fleet: Fleet;
beforeAll(async () => {
  fleet = await Fleet.make({ max_attempts: "2", max_concurrent: "20" }, SETTINGS, TUNING);
  await fleet.supervise();
});
afterAll(async () => await fleet[Symbol.asyncDispose]());

const row = z.looseObject({
  id: z.string(),
  liveness: z.looseObject({ kind: z.string(), text: z.string() }).nullable(),
});

async function livenessOf(id: string, of = fleet): Promise<{ readonly kind: string; readonly text: string }> {
  const rows = z.array(row).parse(JSON.parse(await of.ok(["tasks", "--json"])).tasks);
  return rows.find((one) => one.id === id)?.liveness ?? { kind: "none", text: "" };
}

const said = (id: string, of = fleet): JournalEntry[] =>
  of
    .journal()
    .split("\n")
    .flatMap((line) => decodeEntry(line) ?? [])
    .filter((entry) => entry.task === id);

const letGo = (name: string): void => writeFileSync(join(fleet.project, name), "go\n");

describe.concurrent("an attempt that", () => {
  it("hangs: stalled, naming the last thing it did, and its session is resumed (LESSONS 6)", async () => {
    const done = says({ type: "tool", name: "Bash", what: "npm install" });
    const script = `${SESSION}; [ "$1" = resumed ] && { ${CLOSE}; echo "$2" >resumed; exit; }; ${done}; exec sleep 100`;
    const id = await fleet.task("hangs", script, { coder: "talker" });
    await fleet.settled(id, "closed");
    expect(fleet.outcomes(id)).toEqual(["stalled", "done"]);
    expect(fleet.outcome(id)?.reason).toMatch(/^nothing came from it for \d+s; last: Bash: npm install$/);
    expect(fleet.outcome(id)?.counts).toBe(true);
    expect(readStop(fleet.dir(id))).toMatchObject({ kind: "stalled", last: "Bash: npm install" });
    expect(readAttempt(fleet.dir(id, 2))).toMatchObject({ resumed: true, session: "s-1" });
    expect(await fleet.file("resumed")).toBe("s-1\n");
    expect(said(id).find(({ event }) => event === "hung")?.text).toContain("last: Bash: npm install");
  });

  it("hangs from the start: stalled, twice, then it waits for a person", async () => {
    const id = await fleet.task("never speaks", "exec sleep 100", { coder: "talker" });
    const issue = await fleet.settled(id, "blocked");
    expect(fleet.outcomes(id)).toEqual(["stalled", "stalled"]);
    expect(fleetRecord(issue).reason).toContain("nothing came from it for");
    expect(fleetRecord(issue).reason).toContain("it never did anything");
  });

  it("is in a long quiet tool: quiet, then warned of, never stopped (LESSONS 6)", async () => {
    const begin = says({ type: "begin", name: "Bash", what: "npm test" });
    const script = `${begin}; ${pipe(fleet, "tool")}; ${CLOSE}`;
    const id = await fleet.task("tests for long", script, { coder: "talker" });
    const warned = await until("the warning", () => said(id).find(({ event }) => event === "quiet"));
    expect(warned.text).toMatch(/^attempt 1: quiet for very long: running npm test \(Bash\) for \d+s$/);
    const { kind, text } = await livenessOf(id);
    expect([kind, text]).toEqual(["quiet", expect.stringContaining("running npm test (Bash) for ")]);
    expect(await fleet.ok(["tasks"])).toContain("quiet for very long: running npm test (Bash)");
    expect(await fleet.ok(["task", id])).toContain("quiet for very long: running npm test (Bash)");
    // Long enough that it would have been called hung.
    const age = () => Date.now() - Date.parse(readAttempt(fleet.dir(id))?.created_at ?? "");
    await until("twice the time for a hang", () => age() > 2 * HUNG_AFTER + 1_000);
    expect(fleet.outcomes(id)).toEqual([undefined]);
    letGo("tool");
    await fleet.settled(id, "closed");
    expect(fleet.outcomes(id)).toEqual(["done"]);
  });

  it("has a quiet child and no tool open: not stopped", async () => {
    const script = `${SESSION}; ${TOOL}; setsid sh -c '${pipe(fleet, "child")}' & wait; ${CLOSE}`;
    const id = await fleet.task("has a child", script, { coder: "talker" });
    const warned = await until("the warning", () => said(id).find(({ event }) => event === "quiet"));
    expect(warned.text).toContain("in a child process");
    letGo("child");
    await fleet.settled(id, "closed");
    expect(fleet.outcomes(id)).toEqual(["done"]);
  });

  it("has servers of its own, and has not done anything yet: stalled", async () => {
    const script = `[ "$1" = resumed ] && { ${CLOSE}; exit; }; ${SESSION}; setsid sleep 100 & exec sleep 100`;
    const id = await fleet.task("has a server", script, { coder: "talker" });
    await fleet.settled(id, "closed");
    expect(fleet.outcomes(id)).toEqual(["stalled", "done"]);
  });

  it("is a script that is quiet: not stopped, because a script as a whole is its tool", async () => {
    const id = await fleet.task("quiet script", pipe(fleet, "script"));
    const warned = await until("the warning", () => said(id).find(({ event }) => event === "quiet"));
    expect(warned.text).toContain("running its script");
    letGo("script");
    await fleet.settled(id, "closed");
  });

  it("is busy and prints nothing: working", async () => {
    const script = `${SESSION}; while [ ! -e enough ]; do :; done; ${CLOSE}`;
    const id = await fleet.task("computes", script, { coder: "talker" });
    const record = await until("its record", () => readAttempt(fleet.dir(id)));
    await until("twice the time for a hang", () => Date.now() - Date.parse(record.created_at) > 2 * HUNG_AFTER + 1_000);
    await until("it is shown as working", async () => (await livenessOf(id)).kind === "working");
    expect(said(id).map(({ event }) => event)).not.toContain("quiet");
    fleet.write("enough");
    await fleet.settled(id, "closed");
    expect(fleet.outcomes(id)).toEqual(["done"]);
  });

  it("waits for permission: shown at once, stopped after a while, blocked with what it asked (LESSONS 6)", async () => {
    const ask = says({ type: "allow", text: "Bash: rm -rf build" });
    const id = await fleet.task("asks leave", `${SESSION}; ${ask}; exec sleep 100`, {
      coder: "talker",
      metadata: { stop_waiting_after: "1h" },
    });
    const waiting = await until("it is shown", async () => {
      const seen = await livenessOf(id);
      return seen.kind === "waiting" && seen;
    });
    expect(waiting.text).toBe("waiting for permission: Bash: rm -rf build");
    expect(waiting).toMatchObject({ for: "permission", asks: "Bash: rm -rf build" });
    // What is set on a task counts for the attempt that runs.
    await fleet.ok(["bd", "update", id, "--set-metadata", "stop_waiting_after=1s"]);
    const issue = await fleet.settled(id, "blocked");
    expect(fleet.outcomes(id)).toEqual(["question"]);
    expect(fleetRecord(issue).reason).toBe("it waited for permission, which can't be given here: Bash: rm -rf build");
    expect(fleet.tries(id)).toBe(0);
  });

  it("asks a question and stays: blocked with the question", async () => {
    const ask = says({ type: "question", text: "red or blue?" });
    const id = await fleet.task("asks", `${SESSION}; ${ask}; exec sleep 100`, { coder: "talker" });
    const issue = await fleet.settled(id, "blocked");
    expect(fleet.outcomes(id)).toEqual(["question"]);
    expect(fleetRecord(issue).reason).toBe("red or blue?");
  });

  it("waits for a sign-in on its standard error: auth, and its account waits for a person", async () => {
    const ask = `printf 'Open https://example.com/device to sign in.\\nEnter the code: ' >&2`;
    const id = await fleet.task("is signed out", `${ask}; exec sleep 100`, { coder: "signed-out" });
    const outcome = await fleet.attempted(id);
    expect(outcome).toMatchObject({ kind: "auth", parks: "auth", counts: false });
    expect(outcome.reason).toContain(
      "it waited for a sign-in: Open https://example.com/device to sign in. Enter the code:",
    );
    expect(await fleet.ok(["tasks", "--all"])).toMatch(new RegExp(`waiting +${id}`));
  });

  it("a task's own threshold counts for it", async () => {
    const id = await fleet.task("slow by nature", `${SESSION}; ${pipe(fleet, "slow")}; ${CLOSE}`, {
      coder: "talker",
      metadata: { hung_after: "1h" },
    });
    await until("the warning", () => said(id).find(({ event }) => event === "quiet"));
    const record = readAttempt(fleet.dir(id));
    await until(
      "twice the time for a hang",
      () => Date.now() - Date.parse(record?.created_at ?? "") > 2 * HUNG_AFTER + 1_000,
    );
    letGo("slow");
    await fleet.settled(id, "closed");
    expect(fleet.outcomes(id)).toEqual(["done"]);
  });
});

it("after a supervisor's death the next one watches afresh before it calls anything hung", async () => {
  await using own = await Fleet.make({ max_attempts: "1" }, SETTINGS, TUNING);
  const id = await own.task("hangs", `${SESSION}; exec sleep 100`, { coder: "talker" });
  await own.start();
  await until("it spoke", () => existsSync(join(own.dir(id), "events.jsonl")));
  await own.killSupervisor();
  const dead = Date.now();
  expect((await livenessOf(id, own)).kind).toBe("none");
  await until("the time for a hang, with nobody watching", () => Date.now() - dead > HUNG_AFTER + 500);
  const again = Date.now();
  await own.supervise();
  await own.settled(id, "blocked");
  const hung = Date.parse(said(id, own).find(({ event }) => event === "hung")?.at ?? "");
  // From before it started: the line of the adoption may be written late on a busy machine.
  expect(hung - again).toBeGreaterThanOrEqual(HUNG_AFTER);
  expect(own.outcomes(id)).toEqual(["stalled"]);
});

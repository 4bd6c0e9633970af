/** Time that an attempt spends waiting for a person: on the clock that everybody goes by, and never longer than somebody waits. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";

import { fleetRecord } from "@fleet/store/fleet-record";
import { decodeId, encodeId, ownId } from "@fleet/kit/process/id";
import { claim } from "@fleet/store/ops/claim";
import { openQuestions } from "@fleet/store/questions";

import { FILES } from "../../src/attempts/records/files.ts";
import {
  covered,
  type Span,
  unreadWaits,
  Wait,
  waitedMs,
  waitsNow,
  withSpan,
} from "../../src/attempts/records/waits.ts";
import { readWorked } from "../../src/attempts/records/worked.ts";
import { bootId, monotonic } from "@fleet/kit/clock";
import { askPerson } from "../../src/attempts/questions/ask.ts";
import { uuid4, uuid7 } from "@fleet/kit/uuid";
import { Fleet } from "../support/fleet.ts";
import { until } from "../support/until.ts";

function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), "fleet-waits-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

test("reads at most a hundred entries of a directory of waits, and says so", () => {
  const dir = tempDir();
  const make = (n: number): Wait =>
    new Wait(dir, `w${n}`, { id: `q${n}`, question: "?", asked_at: "", until: "2999-01-01T00:00:00Z" }, Date.now());
  for (let n = 0; n < 100; n++) make(n);
  expect(waitsNow(dir, Date.now())).toHaveLength(100);
  expect(unreadWaits(dir)).toBeUndefined();
  for (let n = 100; n < 130; n++) make(n);
  expect(waitsNow(dir, Date.now())).toHaveLength(100);
  expect(unreadWaits(dir)).toMatch(/holds more than 100 entries, only 100 of which are read/);
  expect(unreadWaits(join(dir, "none"))).toBeUndefined();
});

test("spans that overlap count once", () => {
  const span = fc.record({ from: fc.nat(300), length: fc.nat(200) });
  fc.assert(
    fc.property(fc.array(span, { maxLength: 6 }), (spans) => {
      const counted = Array.from({ length: 500 }, (_, t) => t).filter((t) =>
        spans.some(({ from, length }) => t >= from && t < from + length),
      );
      expect(covered(spans.map(({ from, length }) => ({ from, to: from + length })))).toBe(counted.length);
    }),
  );
});

test("a wait counts to its end, that of a living process until now, that of a dead one to its last stamp, none past its end or now", async () => {
  const gone = spawn("true");
  const dead = gone.pid ?? 0;
  await once(gone, "exit");
  const began = 1_700_000_000_000;
  const idOf = (pid: number): string => encodeId({ ...ownId(), pid });
  const kinds = fc.constantFrom("over" as const, "alive" as const, "dead" as const, "other boot" as const);
  const one = fc.record({
    kind: kinds,
    from: fc.integer({ min: 0, max: 10_000 }),
    stamped: fc.nat(5_000),
    most: fc.nat(8_000),
  });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 4 }), fc.integer({ min: 10_000, max: 20_000 }), (waits, now) => {
      const dir = mkdtempSync(join(tmpdir(), "fleet-waits-"));
      try {
        mkdirSync(join(dir, FILES.waits));
        for (const [at, { kind, from, stamped, most }] of waits.entries()) {
          const path = join(dir, FILES.waits, `${at}.json`);
          const record = {
            id: String(at),
            question: "?",
            asked_at: "2026-01-01T00:00:00Z",
            process: idOf(kind === "dead" ? dead : process.pid),
            until: new Date(began + most).toISOString(),
            from: began,
            monotonic: from,
            boot: kind === "other boot" ? "another" : bootId(),
            ...(kind === "over" ? { waited: stamped } : {}),
          };
          writeFileSync(path, JSON.stringify(record));
          const seconds = (began + stamped) / 1000;
          utimesSync(path, seconds, seconds);
        }
        const spans = waits.map(({ kind, from, stamped, most }) => ({
          from,
          to: Math.min(now, from + Math.min(most, kind === "alive" ? now - from : stamped)),
        }));
        expect(waitedMs(dir, now)).toBeCloseTo(covered(spans), 0);
        const alive = waits.flatMap(({ kind, most }, at) => (kind === "alive" && most > 0 ? [String(at)] : []));
        expect(
          waitsNow(dir, began)
            .map(({ id }) => id)
            .sort(),
        ).toEqual(alive);
      } finally {
        rmSync(dir, { recursive: true });
      }
    }),
    { numRuns: 60 },
  );
});

test("no wait counts before its attempt began, after now, for longer than there may be, or while it worked", () => {
  const dir = tempDir();
  mkdirSync(join(dir, FILES.waits));
  const write = (name: string, from: number, most: number, waited: number): void => {
    const began = 1_700_000_000_000;
    const fact = {
      id: name,
      question: "?",
      asked_at: "2026-01-01T00:00:00Z",
      process: encodeId(ownId()),
      boot: bootId(),
    };
    const until = new Date(began + most).toISOString();
    const record = { ...fact, until, from: began, monotonic: from, waited };
    writeFileSync(join(dir, FILES.waits, `${name}.json`), JSON.stringify(record));
  };
  write("before", 0, 1_000_000, 500_000);
  write("to come", 900_000, 1_000_000, 1_000_000);
  write("long", 600_000, 1_000_000, 1_000_000);
  // From its beginning at 200 000 to the end of the first; the longest there may be from 600 000 on; none of the last.
  expect(waitedMs(dir, 900_000, { since: 200_000, longest: 250_000 })).toBe(50_000 + 250_000);
  const worked = [
    { from: 610_000, to: 640_000 },
    { from: 840_000, to: 870_000 },
  ];
  expect(waitedMs(dir, 900_000, { since: 200_000, longest: 250_000, worked })).toBe(50_000 + 250_000 - 30_000 - 10_000);
});

test("looks at work that follow one on the other are one span", () => {
  const looks = [
    { from: 0, to: 10 },
    { from: 10, to: 20 },
    { from: 15, to: 18 },
    { from: 30, to: 40 },
  ];
  expect(looks.reduce<readonly Span[]>(withSpan, [])).toEqual([
    { from: 0, to: 20 },
    { from: 30, to: 40 },
  ]);
});

test("a wait in a deleted directory stays deleted", () => {
  const dir = tempDir();
  const fact = { id: "q", question: "?", asked_at: "2026-01-01T00:00:00Z", until: "2099-01-01T00:00:00Z" };
  const wait = new Wait(dir, "w", fact, Date.now());
  expect(waitsNow(dir, Date.now())[0]).toMatchObject({ id: "q", process: encodeId(ownId()) });
  rmSync(dir, { recursive: true });
  wait.stamp();
  wait.over();
  expect(() => readFileSync(join(dir, FILES.waits, "w.json"))).toThrow(/ENOENT/);
  expect(waitedMs(dir, monotonic())).toBe(0);
});

test("after the machine sleeps past its end, neither the agent nor the list waits", async () => {
  await using fleet = await Fleet.make();
  const id = await fleet.task("sleeps", "true");
  const ref = { n: 1, uuid: uuid4() };
  await fleet.store.transact(fleet.act("robot"), (now) => claim(now, fleet.act("robot"), { id, attempt: ref }));
  let asleep = 0;
  let looks = 0;
  const act = () => ({
    actor: "robot",
    now: Date.now() + asleep,
    uuid: uuid7,
    inside: { task: id, uuid: ref.uuid },
  });
  // Wall time advances by an hour, the monotonic clock does not.
  const onWait = (): void => void (++looks === 2 && (asleep = 3_600_000));
  const asker = { home: fleet.home, store: fleet.store, act, stop: AbortSignal.timeout(8_000), onWait };
  const began = monotonic();
  const result = await askPerson(asker, { text: "Which?", waitMs: 600_000 });
  expect(result.kind).toBe("unanswered");
  expect(asker.stop.aborted).toBe(false);
  expect(looks).toBe(2);
  expect(fleetRecord(fleet.issue(id)).questions).toMatchObject([{ ended: expect.any(String) }]);
  expect(openQuestions(fleet.issue(id), Date.now())).toEqual([]);
  // What it slept is no time that it waited.
  expect(waitedMs(fleet.dir(id), monotonic())).toBeLessThanOrEqual(monotonic() - began);
});

test("no wait is longer than max_wait, even if the agent says so", async () => {
  await using fleet = await Fleet.make({ max_wait: "50ms" });
  const id = await fleet.task("waits for ever", "true");
  const ref = { n: 1, uuid: uuid4() };
  await fleet.store.transact(fleet.act("robot"), (now) => claim(now, fleet.act("robot"), { id, attempt: ref }));
  const act = () => ({ ...fleet.act("robot"), inside: { task: id, uuid: ref.uuid } });
  const asker = { home: fleet.home, store: fleet.store, act, stop: AbortSignal.timeout(8_000) };
  const result = await askPerson(asker, { text: "Which?", waitMs: 86_400_000 });
  expect(result.kind).toBe("unanswered");
  expect(asker.stop.aborted).toBe(false);
});

test("a killed wait counts up to its end: the task's time runs again, and no question is listed", async () => {
  await using fleet = await Fleet.make({ max_attempts: "1" });
  const id = await fleet.task("loses its asker", 'fleet ask "Which port?" --wait 1h; exec sleep 60', {
    metadata: { limits: { timeout: "4s" } },
  });
  await fleet.supervise();
  const waiter = await until("the wait", () => waitsNow(fleet.dir(id), Date.now())[0]);
  await until("it shows", async () => (await fleet.ok(["tasks"])).includes("asks: Which port?"));
  const waits = join(fleet.dir(id), FILES.waits);
  const stamped = (): number => Math.max(...readdirSync(waits).map((name) => statSync(join(waits, name)).mtimeMs));
  await until("a stamp", () => stamped() > waiter.from + 500);
  process.kill(decodeId(waiter.process)?.pid ?? 0, "SIGKILL");
  await until("the shot", async () => !(await fleet.ok(["tasks"])).includes("asks: Which port?"));
  expect(JSON.parse(await fleet.ok(["questions", "--json"])).questions).toEqual([]);
  const ended = await until("its end", () => fleet.outcome(id));
  expect(ended).toMatchObject({ kind: "timed-out", reason: expect.stringMatching(/^ran for 4s, the task's limit$/) });
  const waited = waitedMs(fleet.dir(id), monotonic());
  expect(waited).toBeGreaterThan(0);
  expect(ended.duration_ms).toBeGreaterThan(4_000 + waited);
  expect(ended.duration_ms).toBeLessThan(4_000 + waited + 15_000);
});

test("an agent that works on with an open question does not wait: the task's time keeps running", async () => {
  await using fleet = await Fleet.make({ max_attempts: "1" });
  const script = 'fleet ask "Which port?" --wait 10m & while :; do echo working; sleep 0.05; done';
  const id = await fleet.task("works and asks", script, { metadata: { limits: { timeout: "3s" } } });
  await fleet.supervise();
  await until("the wait", () => waitsNow(fleet.dir(id), Date.now())[0]);
  expect(await fleet.attempted(id)).toMatchObject({ kind: "timed-out" });
  // What the next supervisor would have gone by, and `fleet tasks` does.
  expect(covered(readWorked(fleet.dir(id)))).toBeGreaterThan(1_000);
});

test("fleet tasks measures a task's time without its waiting, as its limit does; what is not known is null", async () => {
  await using fleet = await Fleet.make();
  const id = await fleet.task("waits long", 'fleet ask "Which?" --wait 60s; true', {
    metadata: { limits: { timeout: "3s" } },
  });
  await fleet.supervise();
  await until("the wait", () => waitsNow(fleet.dir(id), Date.now())[0]);
  await until("longer than it may run", () => waitedMs(fleet.dir(id), monotonic()) > 3_500);
  expect(await fleet.ok(["tasks"])).not.toContain("near its limit");
  const [row] = JSON.parse(await fleet.ok(["questions", "--json"])).questions;
  expect(row).toMatchObject({ id, answer: null, answered_by: null, answered_at: null, until: expect.any(String) });
  await fleet.ok(["answer", id, "80"]);
  await fleet.settled(id, "closed");
});

/** Who supervises a home: here, nobody, or somebody who can't be reached from here. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { bootId, systemClock } from "@fleet/kit/clock";
import { encodeId, ownId } from "@fleet/kit/process/id";
import { declareGone } from "../../src/engine/shell/state/gone-places.ts";
import { lead, leaderOf, leave } from "../../src/engine/shell/state/leader.ts";

const FOREIGN = "4026.0123456789ab.build_7.example.org";
const { pid, start, place } = ownId();

function homeWith(record?: unknown): string {
  const home = mkdtempSync(join(tmpdir(), "fleet-leader-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  mkdirSync(join(home, ".git", "fleet"), { recursive: true });
  if (record !== undefined) writeFileSync(join(home, ".git", "fleet", "supervisor.1"), JSON.stringify(record));
  return home;
}

const told = { since: "2026-11-30T08:00:00.000Z", version: "1.0.0" };
const recordOf = (where: string, started = start) => ({
  pid,
  process: encodeId({ pid, start: started, place: where }),
  ...told,
});

test.each([
  ["this process leads", recordOf(place), "here"],
  ["a process of the same pid that began at another time is dead", recordOf(place, "1"), "none"],
  ["one of another machine is unknown", recordOf(FOREIGN), "unknown"],
  ["one without a start may be a stranger by now", recordOf(place, ""), "unknown"],
  ["one whose identity is written in another way is unknown", { ...recordOf(place), process: "?" }, "unknown"],
  ["one that left is gone, wherever it was", { ...recordOf(FOREIGN), ended: told.since }, "none"],
  ["a record without a place is of this machine: alive", { pid, start, boot: bootId(), ...told }, "here"],
  ["a record without a place: its pid given out again", { pid, start: "1", boot: bootId(), ...told }, "none"],
  ["a record without a place: of another boot", { pid, start, boot: "another", ...told }, "none"],
])("%s", (_, record, kind) => {
  expect(leaderOf(homeWith(record)).kind).toBe(kind);
});

test("a place that was declared gone and whose number is given again is another one", () => {
  const [, boot, host] = /^[^.]*\.([^.]*)\.(.*)$/.exec(ownId().place) ?? [];
  const place = `4026.${boot}.${host}`;
  const at = (since: string) => ({ ...recordOf(place), since });
  const home = homeWith(at("2026-11-30T10:00:00.000Z"));
  declareGone(home, place, Date.parse("2026-11-30T10:01:00.000Z"));
  expect(leaderOf(home).kind).toBe("none");
  const again = homeWith(at("2026-11-30T10:02:00.000Z"));
  declareGone(again, place, Date.parse("2026-11-30T10:01:00.000Z"));
  expect(leaderOf(again).kind).toBe("unknown");
  declareGone(again, place, Date.parse("2026-11-30T10:03:00.000Z"));
  expect(leaderOf(again).kind).toBe("none");
});

test("one that can't be reached is named, and no other leads until a person says that its place is gone", () => {
  const home = homeWith(recordOf(FOREIGN));
  const clock = systemClock();
  expect(lead(home, clock, { version: "1" })).toMatchObject({
    kind: "other",
    other: { kind: "unknown", where: "host build_7.example.org, PID namespace 4026" },
  });
  declareGone(home, FOREIGN, 0);
  const led = lead(home, clock, { version: "1" });
  expect(led.kind).toBe("leading");
  expect(leaderOf(home).kind).toBe("here");
  if (led.kind === "leading") leave(led, clock);
  expect(leaderOf(home).kind).toBe("none");
  expect(JSON.parse(readFileSync(join(home, ".git", "fleet", "supervisor.2"), "utf8"))).toHaveProperty("ended");
});

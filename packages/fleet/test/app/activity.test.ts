/** The activity feed: from the journal's lines to typed events, read on from a cursor. */
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

import { activity, type ActivityQuery, follow } from "../../src/app/views/activity.ts";
import { Journal, journalPath } from "../../src/engine/shell/state/journal.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "fleet-feed-"));
  mkdirSync(dirname(journalPath(home)));
  journal = new Journal(home, () => at(second));
});
afterEach(() => rmSync(home, { recursive: true }));

/** Seconds after noon. */
const at = (now: number): number => Date.UTC(2026, 0, 2, 12, 0, now);
let journal: Journal;
let second = 0;
function write(now: number, text: string, task?: string): void {
  second = now;
  journal.write("claim", text, task === undefined ? {} : { task, attempt: 1 });
}
const texts = (query: ActivityQuery): string[] => activity(home, query).events.map(({ text }) => text);

it("has every field of every event, null where there is nothing to say", () => {
  new Journal(home, () => at(0)).write("answer", "8080", { task: "t-1", by: "ann" });
  expect(activity(home, { since: { kind: "beginning" } }).events).toEqual([
    {
      at: "2026-01-02T12:00:00.000Z",
      event: "answer",
      task: "t-1",
      attempt: null,
      coder: null,
      model: null,
      account: null,
      by: "ann",
      until: null,
      text: "8080",
    },
  ]);
});

it("keeps a word of another version as text, and skips what is not an event", () => {
  appendFileSync(journalPath(home), `{"at":"2026-01-02T12:00:00Z","event":"teleported","text":"away"}\nnot json\n{}\n`);
  expect(activity(home, { since: { kind: "beginning" } }).events).toMatchObject([
    { event: "other", text: "teleported: away" },
  ]);
});

it("gives from a cursor only what came since, whole lines alone, over a log that was put aside", () => {
  expect(activity(home, { since: { kind: "last", count: 5 } }).events).toEqual([]);
  write(1, "one");
  const first = activity(home, { since: { kind: "last", count: 5 } });
  expect(texts({ since: { kind: "cursor", cursor: first.cursor } })).toEqual([]);
  write(2, "two");
  appendFileSync(journalPath(home), `{"at":"2026-01-02T12:00:03Z","event":"claim",`);
  const second = activity(home, { since: { kind: "cursor", cursor: first.cursor } });
  expect(second.events.map(({ text }) => text)).toEqual(["two"]);
  appendFileSync(journalPath(home), `"text":"three"}\n`);
  renameSync(journalPath(home), `${journalPath(home)}.1`);
  write(4, "four");
  const third = activity(home, { since: { kind: "cursor", cursor: second.cursor } });
  expect(third.events.map(({ text }) => text)).toEqual(["three", "four"]);
  expect(texts({ since: { kind: "cursor", cursor: third.cursor } })).toEqual([]);
});

it("gives the last events that are asked for, by task, kind and time, from the log before where one is too short", () => {
  const lines = Array.from({ length: 1200 }, (_, n) =>
    JSON.stringify({
      at: new Date(at(n % 60)).toISOString(),
      event: "claim",
      task: n % 400 === 0 ? "t-1" : "t-2",
      text: `line ${n} ${"x".repeat(100)}`,
    }),
  );
  appendFileSync(journalPath(home), `${lines.join("\n")}\n`);
  expect(texts({ since: { kind: "last", count: 2 }, task: "t-1" }).map((text) => text.slice(0, 8))).toEqual([
    "line 400",
    "line 800",
  ]);
  renameSync(journalPath(home), `${journalPath(home)}.1`);
  write(1, "new", "t-1");
  expect(texts({ since: { kind: "last", count: 2 }, task: "t-1" }).map((text) => text.slice(0, 8))).toEqual([
    "line 800",
    "new",
  ]);
  expect(texts({ since: { kind: "time", at: at(59) } })).toHaveLength(20);
  expect(texts({ since: { kind: "beginning" }, events: ["park"] })).toEqual([]);
});

it("follows what comes until it is told to end", async () => {
  write(1, "one");
  const stop = new AbortController();
  const seen: string[] = [];
  for await (const { text } of follow(
    home,
    { since: { kind: "beginning" } },
    { goOn: () => true, stop: stop.signal },
  )) {
    seen.push(text);
    if (text === "one") write(2, "two");
    else stop.abort();
  }
  expect(seen).toEqual(["one", "two"]);
});

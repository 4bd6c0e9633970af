/** What an attempt does now, looked at again and again. */
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

import { recentFacts } from "../../src/attempts/stream/recent.ts";
import { eventsPath } from "../../src/attempts/records/output.ts";

let dir = "";
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), "fleet-recent-"))));
afterEach(() => rmSync(dir, { recursive: true }));

const line = (event: object): string => `${JSON.stringify({ at: "2026-03-02T14:25:00Z", off: 1, ...event })}\n`;
const tool = (id: number, summary = ""): string =>
  line({ kind: "tool-finished", id: String(id), tool: "Bash", ok: true, summary });

it("folds what came since, and keeps what it has seen however long the log grows", () => {
  expect(recentFacts(dir).toolsFinished).toBe(0);
  writeFileSync(eventsPath(dir), tool(0));
  expect(recentFacts(dir).toolsFinished).toBe(1);
  for (let n = 1; n <= 10; n++) {
    // Each more than half of what is looked at of a log that nobody has seen.
    appendFileSync(eventsPath(dir), tool(n, "x".repeat(150_000)));
    expect(recentFacts(dir).toolsFinished).toBe(n + 1);
  }
});

it("waits for the rest of a line, and starts over with another file or after too much output", () => {
  const [half, rest] = [tool(1).slice(0, 20), tool(1).slice(20)];
  writeFileSync(eventsPath(dir), half);
  expect(recentFacts(dir).toolsFinished).toBe(0);
  appendFileSync(eventsPath(dir), rest);
  expect(recentFacts(dir).toolsFinished).toBe(1);
  appendFileSync(eventsPath(dir), tool(2, "x".repeat(300_000)) + tool(3));
  expect(recentFacts(dir).toolsFinished).toBe(1);
  writeFileSync(join(dir, "other"), tool(1) + tool(2) + tool(3) + tool(4));
  renameSync(join(dir, "other"), eventsPath(dir));
  expect(recentFacts(dir).toolsFinished).toBe(4);
});

/** An attempt whose check failed beside another one is told what it waits for: it has ended, and nothing of it runs. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

import { dueText, dueWhenQuiet } from "../../src/attempts/evidence/check-due.ts";
import { type CheckResult, runDir, writeResult, writeRun } from "../../src/attempts/evidence/check-files.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "fleet-due-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const command = "npm test\n";
function ran(check: number, run: number, over: Partial<CheckResult> | undefined): void {
  const at = runDir(dir, check, run);
  mkdirSync(at, { recursive: true });
  writeRun(at, { command, at: 0, monotonic: 0, boot: "b", shared: true });
  if (over !== undefined)
    writeResult(at, { command, verdict: "failed", code: 1, ms: 9, disturbed: true, tail: "", ...over });
}

it("is repeated once nothing else runs there", () => {
  ran(1, 1, { verdict: "passed" });
  ran(2, 1, {});
  expect(dueWhenQuiet(dir)).toEqual({ check: 2, run: 2, command });
  expect(dueText(dir)).toBe(
    "a check failed beside another attempt; it is repeated once nothing else runs there: npm test",
  );
});

it("waits for nothing while it runs, where it passed, and where it failed with nothing beside it", () => {
  expect(dueText(dir)).toBeUndefined();
  ran(1, 1, { disturbed: false });
  expect(dueText(dir)).toBeUndefined();
  ran(1, 2, { verdict: "passed" });
  expect(dueText(dir)).toBeUndefined();
  ran(2, 1, {});
  ran(2, 2, undefined);
  expect(dueText(dir)).toBeUndefined();
});

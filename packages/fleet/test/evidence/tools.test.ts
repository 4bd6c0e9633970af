/** What an attempt's tools did, by its events: of more than are read the beginning is not known. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";

import { toolsRan } from "../../src/attempts/evidence/tools.ts";
import { FILES } from "../../src/attempts/records/files.ts";

it("tells all that tools can have written only where all events were read, counted in bytes", () => {
  const dir = mkdtempSync(join(tmpdir(), "fleet-tools-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  // Each of these letters is one character and three bytes.
  const read = { kind: "tool-finished", id: "1", tool: "Read", summary: "€".repeat(100), ok: true, reads: true };
  const wrote = { ...read, id: "2", tool: "Write", reads: undefined, writes: ["a"] };
  const path = join(dir, FILES.events);
  const lines = [wrote, read].map((event) => `${JSON.stringify({ at: "2030-01-01T00:00:00Z", ...event })}\n`);
  writeFileSync(path, lines.join(""));
  const { size } = statSync(path);
  expect(toolsRan(dir, size).told).toEqual(["a"]);
  expect(toolsRan(dir, size - 1).told).toBeUndefined();
});

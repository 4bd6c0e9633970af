/** What an agent put in the place of a record is moved out of the way, or left where that is refused. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { DiskError } from "@fleet/kit/errors";
import { expect, onTestFinished, test } from "vitest";

import { taskDir } from "../../src/attempts/records/paths.ts";
import { setRecordAside } from "../../src/engine/shell/act/put-aside.ts";
import { Journal, type JournalEntry } from "../../src/engine/shell/state/journal.ts";

/** A directory of that name in the place of a record, met by whoever read it. */
function stranger(name: string) {
  const home = mkdtempSync(join(tmpdir(), "fleet-aside-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const where = join(taskDir(home, "t-1"), "1", name);
  mkdirSync(where, { recursive: true });
  const said: JournalEntry[] = [];
  const journal = new Journal(home, Date.now, (entry) => said.push(entry));
  const isAside = setRecordAside({ home, journal }, "t-1", new DiskError("unreadable", "it can't be read", { where }));
  return { isAside, left: readdirSync(dirname(where)), said: said.map(({ text }) => text) };
}

test("a directory in the place of a record is moved aside, and told of", () => {
  const { isAside, left, said } = stranger("taken.json");
  expect(isAside).toBe(true);
  expect(left).toEqual([expect.stringMatching(/^taken\.json\.[0-9a-f]{12}\.strange$/)]);
  expect(said).toEqual([expect.stringContaining("moved aside")]);
});

test("what can't be moved aside stays, and ends nothing", () => {
  // With what it would be called then, its name is too long for a file system.
  const name = "x".repeat(250);
  expect(stranger(name)).toEqual({ isAside: false, left: [name], said: [] });
});

/** The temporary directories through which repositories are read. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { sweepViews } from "@fleet/kit/git/view";

test("views that a killed process left are removed after an hour; nothing else is", () => {
  const room = mkdtempSync(join(tmpdir(), "fleet-room-"));
  onTestFinished(() => rmSync(room, { recursive: true, force: true }));
  const now = Date.now();
  for (const [name, age] of [
    ["fleet-git-abc123", 2],
    ["fleet-git-def456", 0],
    ["fleet-git-mine", 2],
    ["other", 2],
  ] as const) {
    mkdirSync(join(room, name, "worktrees"), { recursive: true });
    utimesSync(join(room, name), now / 1000 - age * 3_600, now / 1000 - age * 3_600);
  }
  sweepViews(room, now);
  expect(readdirSync(room).sort()).toEqual(["fleet-git-def456", "fleet-git-mine", "other"]);
});

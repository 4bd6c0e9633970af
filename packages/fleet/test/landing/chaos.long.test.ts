/** Landers, and supervisors with `land: auto`, killed while a person works in the repository. The long form is scripts/land-chaos.mjs. */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { chaos, pointsOf } from "./chaos/chaos.ts";
import { WAYS } from "./chaos/field.ts";

test.for(WAYS)(
  "a lander killed at each step, and a supervisor that lands (the target: %s), leave all of a task or nothing, and what landed is closed",
  { timeout: 600_000 },
  async (way) => {
    const dir = realpathSync(mkdtempSync(join(tmpdir(), "fleet-land-chaos-")));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    const report = await chaos({ dir, seed: 7, tasks: 8, kills: 1, supervisors: 2, way });
    expect(report.broken).toEqual([]);
    expect(Object.keys(report.kills)).toEqual(expect.arrayContaining([...pointsOf(way), "supervisor"]));
  },
);

/** Landers killed while a person works in the repository. The long form is scripts/land-chaos.mjs. */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { chaos, pointsOf } from "./chaos/chaos.ts";
import { WAYS } from "./chaos/field.ts";

test.for(WAYS)(
  "a lander killed at each step (the target: %s) leaves all of a task or nothing, and what landed is closed",
  { timeout: 600_000 },
  async (way) => {
    const dir = realpathSync(mkdtempSync(join(tmpdir(), "fleet-land-chaos-")));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    const report = await chaos({ dir, seed: 7, tasks: 7, kills: 1, way });
    expect(report.broken).toEqual([]);
    expect(Object.keys(report.kills)).toEqual(expect.arrayContaining([...pointsOf(way)]));
  },
);

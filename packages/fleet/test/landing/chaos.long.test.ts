/** Landers killed while a person works in the repository. The long form is scripts/land-chaos.mjs. */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { chaos } from "./chaos/chaos.ts";

test.for([true, false])(
  "landers killed at each step and anywhere, the target checked out: %s: each task lands once, and the person's work is whole",
  { timeout: 600_000 },
  async (isCheckedOut) => {
    const dir = realpathSync(mkdtempSync(join(tmpdir(), "fleet-land-chaos-")));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    const report = await chaos({ dir, seed: 7, tasks: 4, kills: 20, isCheckedOut });
    expect(report.broken).toEqual([]);
    // How many fall into a landing depends on the machine.
    expect(Object.keys(report.kills)).not.toEqual([]);
  },
);

/** Real processes, killed and stopped. The long form of the first is scripts/store-chaos.mjs. */
import { expect, test } from "vitest";

import { chaos } from "./chaos/chaos.ts";
import { tempDir } from "./support.ts";

const base = { writers: 4, stops: false, every: 0 };
const enough = (report: { readonly acknowledged: Readonly<Record<string, number>> }): void => {
  for (const op of ["create", "claim", "close", "comment"]) expect(report.acknowledged[op], op).toBeGreaterThan(0);
};

test("writers killed and stopped at random: nothing lost, nothing twice, nothing torn, no one blocked", async () => {
  const report = await chaos({ ...base, dir: tempDir(), seconds: 4, seed: 7, every: 40, stops: true, locksLeft: 2 });
  expect(report.broken).toEqual([]);
  enough(report);
  expect(report.blows["lock left"]).toBeGreaterThanOrEqual(2);
  expect(report.recoveryMs).toBeLessThan(5_000);
  expect(report.longestMs).toBeLessThan(8_000);
});

test.each([
  ["gc --prune=now", [["gc", "--quiet", "--prune=now"]]],
  [
    "repack, prune, pack-refs",
    [
      ["repack", "-adq"],
      ["prune", "--expire=now"],
      ["pack-refs", "--all"],
    ],
  ],
])("a person's git %s while writers write takes nothing away", async (_what, meanwhile) => {
  const report = await chaos({ ...base, dir: tempDir(), seconds: 2, seed: 11, meanwhile });
  expect(report.broken).toEqual([]);
  enough(report);
});

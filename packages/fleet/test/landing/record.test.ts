/** What is written down of a landing, once it was taken back. */
import { expect, test } from "vitest";

import { backOf, type LandingRecord, standing, voided } from "../../src/landing/record.ts";

const at = "2027-01-01T00:00:00Z";
const built = (n: number) => ({ n, tip: "t", candidate: `c${n}`, head: "h", at });

test("an undone landing revives no conflict of before it, and leaves what was built afterwards", () => {
  const record: LandingRecord = {
    intents: [built(1), built(2)],
    undo: { candidate: "u", of: "c1", before: "t", at, n: 1 },
    back: {
      kind: "conflict",
      reason: "conflicts",
      at: "2026-12-01T00:00:00Z",
      target: "main",
      tip: "t",
      files: ["f"],
      theirs: [],
    },
    landed: { commit: "c1", target: "main", at },
  };
  const after = voided(record, at);
  expect(backOf(after)).toBeUndefined();
  expect(after).not.toHaveProperty("landed");
  expect(standing(after).map(({ n }) => n)).toEqual([2]);
});

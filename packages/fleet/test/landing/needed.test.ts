/** What became of the tasks on whose work another was begun. */
import { expect, test } from "vitest";

import { inMemory, issueOf } from "../../../store/test/support.ts";
import { neededBy } from "../../src/engine/shell/land/needed.ts";
import { DEFAULTS } from "../../src/settings/defaults.ts";
import { makeField } from "./support.ts";

test("one that closed with nothing to land, or by its pull request, was not given up", async () => {
  const field = makeField();
  const { home, env, gitIn } = field;
  const { dir } = await field.work("tt-a", {});
  gitIn(dir, "commit", "-q", "--allow-empty", "-m", "looked at it");
  const record = await field.work("tt-b", { f: "of b\n" });
  for (const id of ["tt-a", "tt-b"]) await field.landing(id);
  const closed = inMemory(
    ["tt-a", "tt-b"].map((id) => issueOf(id, { status: "closed", metadata: { fleet: { grade: "activity" } } })),
  );
  const config = { ...DEFAULTS, land: "manual" as const };
  const begun = { ...record, base_from: { kind: "needs" as const, tasks: ["tt-a", "tt-b"] } };
  expect(await neededBy({ home, env, config }, closed, begun)).toEqual([
    { task: "tt-a", state: "done" },
    { task: "tt-b", state: "dropped" },
  ]);
  const pull = { number: 1, url: "u", head: "h", at: "2027-01-01T00:00:00Z", told: [], rounds: 0, merged: "m" };
  const merged = inMemory([issueOf("tt-b", { status: "closed", metadata: { fleet: { grade: "activity", pull } } })]);
  const ofB = { ...record, base_from: { kind: "needs" as const, tasks: ["tt-b"] } };
  expect(await neededBy({ home, env, config }, merged, ofB)).toEqual([{ task: "tt-b", state: "done" }]);
});

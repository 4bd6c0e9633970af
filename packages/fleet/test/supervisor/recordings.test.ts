/** What a look found, as actions. */
import { expect, it } from "vitest";

import { type Liveness, verdictKey } from "../../src/engine/core/liveness.ts";
import { plan } from "../../src/engine/core/plan.ts";
import { isStep } from "../../src/engine/core/recordings.ts";
import type { Running } from "../../src/engine/core/world.ts";
import type { Action } from "../../src/engine/core/action.ts";
import { RUNNING, worldOf } from "../support/world.ts";

const QUIET: Liveness = { kind: "quiet", doing: "running npm test (Bash)", since: 0, warned: false };
const recorded = (over: Partial<Running>): Action["kind"][] =>
  plan(worldOf({ kind: "running", ...RUNNING, ...over }, 1_000))
    .filter((action) => !isStep(action))
    .map(({ kind }) => kind);

it.each<[what: string, over: Partial<Running>, expected: Action["kind"][]]>([
  ["the first verdict is written down", { liveness: QUIET }, ["show-life"]],
  ["the same verdict at a later time is not", { liveness: { ...QUIET, since: 900 }, shown: verdictKey(QUIET) }, []],
  ["another verdict is", { liveness: { kind: "working" }, shown: verdictKey(QUIET) }, ["show-life"]],
  [
    "so is a change in what it waits for",
    { liveness: { ...QUIET, warned: true }, shown: verdictKey(QUIET) },
    ["show-life"],
  ],
  ["work beside a wait is kept where enough of it came", { unkept: [{ from: 0, to: 1_000 }] }, ["keep-work"]],
  ["nothing where nobody asks for a verdict", { shown: verdictKey(QUIET) }, []],
])("%s", (_what, over, expected) => expect(recorded(over)).toEqual(expected));

it("what was found is written down before any step is taken, in the order of finding", () => {
  const world = worldOf({ kind: "judged" }, 1_000, {
    findings: [{ kind: "note", event: "adopt", text: "attempt 1 of a", about: { task: "t" } }],
    upkeep: [{ kind: "keep-spent" }],
  });
  expect(plan(world).map(({ kind }) => kind)).toEqual(["note", "keep-spent", "settle"]);
});

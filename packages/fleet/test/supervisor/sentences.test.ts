/** Every sentence of a limit, an outage, a sign-in or credit, to its end: what is held and until when, and whether it was a try. */
import { describe, expect, test } from "vitest";

import type { Cause } from "@fleet/coders/cause";
import { momentOf } from "@fleet/coders/clock";
import { emptyFacts } from "@fleet/coders/facts";

import { run } from "../../../coders/test/recordings.ts";
import { SAID, type Sentence, SENTENCES, ZONE } from "../../../coders/test/sentences.ts";
import type { OutcomeKind } from "../../src/attempts/records/outcome.ts";
import type { OutcomeRecord } from "../../src/attempts/records/record.ts";
import type { Park } from "../../src/engine/core/accounts/park.ts";
import { parkAfter } from "../../src/engine/core/backoff.ts";
import { judge } from "../../src/engine/core/judge.ts";
import { LIFECYCLE } from "../../src/engine/core/lifecycle.ts";
import { DEFAULTS } from "../../src/settings/defaults.ts";

const WALL = Date.parse(SAID);
const PAUSE = DEFAULTS.limit_pause;

/** What follows from whose fault it was. `pause`: for how long at first, in milliseconds, where no time is told or it is past. */
const FOLLOWS: Readonly<
  Record<Cause, readonly [outcome: OutcomeKind, isTry: boolean, holds?: Park["kind"], pause?: number]>
> = {
  window: ["rate-limited", false, "window", PAUSE],
  minute: ["rate-limited", false, "minute", PAUSE],
  outage: ["outage", false, "outage", PAUSE],
  "sign-in": ["auth", false, "auth", 10 * PAUSE],
  credit: ["no-credit", false, "credit", 10 * PAUSE],
  "on-hold": ["no-credit", false, "on-hold", 10 * PAUSE],
  context: ["context-full", false],
  "lost-session": ["session-lost", false],
  "poisoned-session": ["session-poisoned", true],
  budget: ["over-budget", true],
  turns: ["over-budget", true],
  machine: ["interrupted", false],
  task: ["failed", true],
};

/** As `gather` has it of an attempt that ended when it said so, after some work. */
function verdictOn({ coder, log, stderr }: Sentence): OutcomeRecord {
  const { facts } = run(coder, log);
  const told = coder.classify({ kind: "exited", code: 1 }, facts, stderr);
  if (told.kind !== "failed") throw new Error(`no failure: ${JSON.stringify(told)}`);
  const until = told.until ?? (told.clock === undefined ? undefined : momentOf(told.clock, new Date(SAID), ZONE));
  const outcome = judge({
    end: "exited",
    stop: undefined,
    classification: until === undefined ? told : { ...told, until },
    exitCode: 1,
    facts: { ...emptyFacts(), ...facts, toolsFinished: 1, toolsOk: 1 },
    capabilities: coder.capabilities,
    completion: undefined,
    held: true,
    status: "in_progress",
    notes: undefined,
  });
  return { ...outcome, at: SAID, duration_ms: 1, usage: { input: 0, output: 0 } };
}

describe("each sentence", () => {
  for (const sentence of SENTENCES) {
    const { coder, says, cause, until } = sentence;
    const [kind, isTry, holds, pause = 0] = FOLLOWS[cause];
    // A window's reset is believed; of anything else the usual pause is the least.
    const told = until === undefined ? Number.NaN : Date.parse(until);
    const least = WALL + (holds === "window" && told > WALL ? 0 : pause);
    const end = new Date(Math.max(least, Number.isNaN(told) ? 0 : told)).toISOString();
    const held = holds === undefined ? "nothing is held" : `${holds} until ${end}`;
    test(`${coder.name}: ${says}: ${held}, ${isTry ? "a try" : "no try"}`, () => {
      const outcome = verdictOn(sentence);
      expect([outcome.kind, outcome.counts]).toEqual([kind, isTry]);
      const park = parkAfter(DEFAULTS, outcome, undefined, WALL, 0);
      expect([park?.kind, park?.until]).toEqual(holds === undefined ? [undefined, undefined] : [holds, end]);
      expect(LIFECYCLE[kind].holds).toBe(holds === undefined ? "nothing" : "account");
      // What is met again and again is waited for longer each time, whatever time is told.
      if (park === undefined) return;
      const again = parkAfter(DEFAULTS, outcome, { ...park, repeats: 5, released: SAID }, WALL, 0);
      expect(Date.parse(again?.until ?? "")).toBeGreaterThanOrEqual(WALL + DEFAULTS.limit_pause_max);
    });
  }
});

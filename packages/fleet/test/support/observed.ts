/** Attempts as they are on disk in each phase, made without any process, and what looks at them. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { homeId } from "@fleet/store/home-id";
import { claim } from "@fleet/store/ops/claim";
import { systemClock } from "@fleet/kit/clock";
import { uuid4, uuid7 } from "@fleet/kit/uuid";

import { writeBefore } from "../../src/attempts/evidence/files.ts";
import { dirOf } from "../../src/attempts/records/paths.ts";
import { type AttemptRecord, writeAttempt, writeOutcome } from "../../src/attempts/records/record.ts";
import { fence } from "../../src/attempts/records/pid-file.ts";
import type { Context } from "../../src/engine/shell/loop/context.ts";
import { Ledger } from "../../src/engine/shell/accounts/ledger.ts";
import { Journal } from "../../src/engine/shell/state/journal.ts";
import { seal } from "../../src/engine/shell/state/sealed.ts";
import { readConfig } from "../../src/settings/file.ts";
import { TUNING } from "../../src/settings/tuning.ts";
import type { Fleet } from "./fleet.ts";

export const PHASES = ["claimed", "launching", "fenced", "running", "ended", "proving", "judged", "unseen"] as const;

/** The line by which claude tells what it used: decoded, it is news for events.jsonl and for the ledger. */
const RESULT = JSON.stringify({
  type: "result",
  subtype: "success",
  is_error: false,
  result: "said",
  total_cost_usd: 5,
  num_turns: 3,
  usage: { input_tokens: 100, output_tokens: 50 },
});

interface Made {
  readonly id: string;
  readonly uuid: string;
  readonly dir: string;
}

interface Making {
  readonly log?: string;
  /** Who stands for the wrapper: by default the test itself, about which nothing but looking is done. */
  readonly wrapper?: number;
}

export async function attemptIn(
  fleet: Fleet,
  phase: (typeof PHASES)[number],
  cwd: string,
  { log = `${RESULT}\n`, wrapper = process.pid }: Making = {},
): Promise<Made> {
  const id = await fleet.task(phase, "work", { coder: "claude" });
  const uuid = uuid4();
  const act = fleet.act(`claude/${uuid.slice(0, 8)}`);
  const home = homeId(fleet.store.gitDir);
  await fleet.store.transact(act, (now) => claim(now, act, { id, attempt: { n: 1, uuid }, home, account: "claude" }));
  const dir = dirOf(fleet.home, id, { n: 1, uuid });
  const made: Made = { id, uuid, dir };
  if (phase === "claimed") return made;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (phase === "unseen") {
    mkdirSync(join(dir, "attempt.json"));
    return made;
  }
  const clock = systemClock();
  const record: AttemptRecord = {
    uuid,
    n: 1,
    task: id,
    coder: "claude",
    account: "claude",
    cwd,
    file: "claude",
    args: [],
    session: "s",
    created_at: new Date().toISOString(),
    monotonic: clock.monotonic(),
    boot: phase === "running" || phase === "launching" ? clock.boot : "another boot",
    timeout_ms: 3_600_000,
    asked: {
      checks: ["true"],
      expect: [],
      allow: [],
      deny: [],
      prove: [],
      check_paths: [],
      tests_are_work: false,
      evidence: "change",
    },
  };
  writeAttempt(dir, record);
  writeFileSync(join(dir, "log.jsonl"), log);
  writeFileSync(join(dir, "events.jsonl"), '{"at":"2030-01-01T00:00:00Z","ki');
  if (phase === "fenced") fence(dir);
  else if (phase !== "launching") writeFileSync(join(dir, "pid"), readFileSync(`/proc/${wrapper}/stat`));
  if (phase === "proving") writeBefore(dir, { kind: "blind", why: "not looked at", top: cwd, at: record.created_at });
  if (phase === "judged") {
    seal(fleet.home, uuid);
    writeOutcome(dir, {
      kind: "failed",
      reason: "exit 1",
      becomes: "open",
      counts: true,
      at: record.created_at,
      duration_ms: 1,
      usage: { input: 1, output: 1 },
    });
  }
  return made;
}

/** A supervisor's, of the home as it is. */
export function contextOf(fleet: Fleet, over: Partial<Context> = {}): Context {
  const read = readConfig(fleet.home);
  if (!read.ok) throw new Error("config.yaml is invalid");
  const clock = systemClock();
  return {
    home: fleet.home,
    store: fleet.store,
    clock,
    journal: new Journal(fleet.home, clock.wall),
    ledger: new Ledger(fleet.home),
    env: fleet.env,
    self: ["fleet"],
    uuid: { v4: uuid4, v7: () => uuid7(clock.wall()) },
    random: () => 0,
    config: () => read.config,
    tuning: TUNING,
    ...over,
  };
}

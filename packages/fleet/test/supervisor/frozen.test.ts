/** A look writes nothing: the home before and after one, with attempts in every phase. */
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { homeId } from "@fleet/store/home-id";
import { claim } from "@fleet/store/ops/claim";
import { systemClock } from "@fleet/kit/clock";
import { uuid4, uuid7 } from "@fleet/kit/uuid";

import { writeBefore } from "../../src/attempts/evidence/files.ts";
import { dirOf } from "../../src/attempts/records/paths.ts";
import { type AttemptRecord, fence, writeAttempt, writeOutcome } from "../../src/attempts/records/record.ts";
import { QUIET_SWEEPS } from "../../src/engine/core/advance.ts";
import { plan } from "../../src/engine/core/plan.ts";
import { isStep } from "../../src/engine/core/recordings.ts";
import type { Context } from "../../src/engine/shell/loop/context.ts";
import { Held } from "../../src/engine/shell/loop/held.ts";
import { Ledger } from "../../src/engine/shell/accounts/ledger.ts";
import { Look } from "../../src/engine/shell/observe/look.ts";
import { ProcessTable } from "../../src/engine/shell/observe/process-table.ts";
import { Journal } from "../../src/engine/shell/state/journal.ts";
import { Troubles } from "../../src/engine/shell/state/troubles.ts";
import { seal } from "../../src/engine/shell/state/sealed.ts";
import { readConfig } from "../../src/settings/file.ts";
import { TUNING } from "../../src/settings/tuning.ts";
import { Fleet } from "../support/fleet.ts";

/** Every file below a directory: its kind, its times, what is in it. */
function frozen(dir: string): string[] {
  return readdirSync(dir)
    .sort()
    .flatMap((name) => {
      const path = join(dir, name);
      const { mtimeMs, ctimeMs, size, ino, mode } = lstatSync(path);
      const fact = `${path} ${mtimeMs} ${ctimeMs} ${size} ${ino} ${mode}`;
      if (lstatSync(path).isDirectory()) return [fact, ...frozen(path)];
      return [lstatSync(path).isFile() ? `${fact} ${readFileSync(path, "latin1")}` : fact];
    });
}

const PHASES = ["claimed", "launching", "fenced", "running", "ended", "proving", "judged", "unseen"] as const;

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

async function attemptIn(fleet: Fleet, phase: (typeof PHASES)[number], cwd: string): Promise<string> {
  const id = await fleet.task(phase, "work", { coder: "claude" });
  const uuid = uuid4();
  const act = fleet.act(`claude/${uuid.slice(0, 8)}`);
  const home = homeId(fleet.store.gitDir);
  await fleet.store.transact(act, (now) => claim(now, act, { id, attempt: { n: 1, uuid }, home, account: "claude" }));
  if (phase === "claimed") return uuid;
  const dir = dirOf(fleet.home, id, { n: 1, uuid });
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (phase === "unseen") {
    mkdirSync(join(dir, "attempt.json"));
    return uuid;
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
    asked: { checks: ["true"], expect: [], allow: [], deny: [] },
  };
  writeAttempt(dir, record);
  writeFileSync(join(dir, "log.jsonl"), `${RESULT}\n`);
  writeFileSync(join(dir, "events.jsonl"), '{"at":"2030-01-01T00:00:00Z","ki');
  if (phase === "fenced") fence(dir);
  // This test itself stands for the wrapper; nothing but looking is done about it.
  else if (phase !== "launching") writeFileSync(join(dir, "pid"), readFileSync("/proc/self/stat"));
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
  return uuid;
}

it("looking at attempts in every phase changes no file of the home; what is to be written is planned", async () => {
  await using fleet = await Fleet.make({}, "accounts:\n  claude:\n    coder: claude\n    daily: { usd: 1 }\n");
  const uuids = new Map<string, string>();
  for (const phase of PHASES) uuids.set(phase, await attemptIn(fleet, phase, fleet.project));
  const read = readConfig(fleet.home);
  if (!read.ok) throw new Error("config.yaml is invalid");
  const clock = systemClock();
  const context: Context = {
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
  };
  const held = new Held(context, undefined);
  const look = new Look(context, held, new Troubles(context.journal));
  // Reading may keep what it derived from the queue.
  fleet.store.snapshot();
  fleet.store.movedBack();
  const before = frozen(fleet.home);
  look.look({ kind: "running" }, new ProcessTable());
  for (const phase of ["proving", "ended"]) {
    const ref = { n: 1, uuid: uuids.get(phase) ?? "" };
    for (let quiet = phase === "proving" ? QUIET_SWEEPS : 1; quiet > 0; quiet--)
      held.after(ref, { kind: "swept", left: [], drained: true });
  }
  const world = look.look({ kind: "running" }, new ProcessTable());
  expect(frozen(fleet.home)).toEqual(before);

  expect(new Map(world.attempts.map(({ ref, phase }) => [ref.uuid, phase.kind]))).toEqual(
    new Map(PHASES.map((phase) => [uuids.get(phase) ?? "", phase])),
  );
  const planned = plan(world).filter((action) => !isStep(action));
  expect(planned.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["put-aside", "keep-events", "trouble"]));
});

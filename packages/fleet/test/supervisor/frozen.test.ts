/** A look writes nothing: the home before and after one, with attempts in every phase. */
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { QUIET_SWEEPS } from "../../src/engine/core/advance.ts";
import { withAccounts } from "../../src/engine/core/accounts/keep.ts";
import { plan } from "../../src/engine/core/plan.ts";
import { isStep } from "../../src/engine/core/recordings.ts";
import { Held } from "../../src/engine/shell/loop/held.ts";
import { Look } from "../../src/engine/shell/observe/look.ts";
import { ProcessTable } from "../../src/engine/shell/observe/process-table.ts";
import { Troubles } from "../../src/engine/shell/state/troubles.ts";
import { movedBack } from "@fleet/store/moved-back";
import { Fleet } from "../support/fleet.ts";
import { attemptIn, contextOf, PHASES } from "../support/observed.ts";

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

it("looking at attempts in every phase changes no file of the home; what is to be written is planned", async () => {
  await using fleet = await Fleet.make({}, "accounts:\n  claude:\n    coder: claude\n    daily: { usd: 1 }\n");
  const uuids = new Map<string, string>();
  for (const phase of PHASES) uuids.set(phase, (await attemptIn(fleet, phase, fleet.project)).uuid);
  const context = contextOf(fleet);
  const held = new Held(context, undefined);
  const look = new Look(context, held, new Troubles(context.journal));
  // Reading may keep what it derived from the queue.
  fleet.store.snapshot();
  movedBack(fleet.home);
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
  const planned = plan(withAccounts(world)).filter((action) => !isStep(action));
  expect(planned.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["put-aside", "keep-events", "trouble"]));
});

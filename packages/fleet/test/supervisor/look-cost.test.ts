/** What one look costs: counted in files that are opened, which hold on every machine. */
import fs, { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it, onTestFinished } from "vitest";

import { comment } from "@fleet/store/ops/comment";
import { systemClock } from "@fleet/kit/clock";
import { childrenOf, isStopped } from "@fleet/kit/process/id";

import type { Sight } from "../../src/engine/core/world.ts";
import { Held } from "../../src/engine/shell/loop/held.ts";
import { Supervisor } from "../../src/engine/shell/loop/supervisor.ts";
import { Look } from "../../src/engine/shell/observe/look.ts";
import { ProcessTable } from "../../src/engine/shell/observe/process-table.ts";
import { journalPath } from "../../src/engine/shell/state/journal.ts";
import { Troubles } from "../../src/engine/shell/state/troubles.ts";
import { Fleet, FLEET, isAlive } from "../support/fleet.ts";
import { attemptIn, contextOf } from "../support/observed.ts";
import { opened } from "../support/opened.ts";
import { until } from "../support/until.ts";

const journal = ({ home }: Fleet): string =>
  existsSync(journalPath(home)) ? readFileSync(journalPath(home), "utf8") : "";

it("opens the files of the whole home once a look, however many attempts run", async () => {
  await using fleet = await Fleet.make();
  for (let n = 0; n < 3; n++) await attemptIn(fleet, "running", fleet.project);
  const context = contextOf(fleet);
  const look = new Look(context, new Held(context, undefined), new Troubles(context.journal));
  const looking = (): void => void look.look(undefined, new ProcessTable());
  looking();
  const paths = opened(fleet.home, looking).filter((path) => !path.startsWith("tasks/"));
  expect(paths).toContain(".git/fleet/mode.json");
  expect(paths).toContain("run/windows.json");
  expect(paths).toEqual([...new Set(paths)]);
});

it("asks for free memory only when something would start, not for tasks that wait for a slot", async () => {
  await using fleet = await Fleet.make({ max_concurrent: "1", min_free_memory: "1000000GB" });
  await attemptIn(fleet, "running", fleet.project);
  await fleet.task("waits", "true");
  const context = contextOf(fleet, { self: [process.execPath, FLEET] });
  await new Supervisor(context).tick(undefined);
  expect(journal(fleet)).not.toContain("nothing starts");
  await new Supervisor({ ...context, config: () => ({ ...context.config(), max_concurrent: 2 }) }).tick(undefined);
  expect(journal(fleet)).toContain("less than min_free_memory");
});

/** How often an attempt is asked more than by a glance. */
const BEAT = 5_000;

/** An attempt that waits for its model, looked at with a clock of the test's own. */
async function idling(fleet: Fleet, tick = 500) {
  const wrapper = spawn("sh", ["-c", "sleep 600; true"], { stdio: "ignore", detached: true });
  onTestFinished(() => {
    if (wrapper.exitCode === null && wrapper.signalCode === null) process.kill(-(wrapper.pid ?? 0), "SIGKILL");
  });
  const child = (): number => childrenOf(wrapper.pid ?? 0)[0] ?? 0;
  await until("its coder to run", () => child() > 0);
  const made = await attemptIn(fleet, "running", fleet.project, { log: "", wrapper: wrapper.pid ?? 0 });
  // Just after a beat, so that it is the test that says when the next one comes.
  let now = Math.ceil(systemClock().monotonic() / BEAT) * BEAT + 100;
  let config = contextOf(fleet).config();
  const context = contextOf(fleet, {
    clock: { ...systemClock(), monotonic: () => now },
    config: () => config,
  });
  const held = new Held(context, undefined);
  const look = new Look(context, held, new Troubles(context.journal));
  let world: Sight | undefined;
  /** What is seen, and whether that took a full look: only such a one asks the system about the wrapper. */
  const looking = (): { phase: string; inFull: boolean } => {
    const asked = opened(`/proc/${wrapper.pid}`, () => {
      world = look.look(undefined, new ProcessTable());
    });
    for (const { open } of held.all) open.tail?.write();
    return { phase: world?.attempts[0]?.phase.kind ?? "none", inFull: asked.length > 0 };
  };
  looking();
  const pass = (millis: number): void => void (now += millis);
  const reconfigure = (): void => void (config = { ...config });
  /** In ticks: a supervisor that was away for longer has missed something. */
  const lookFor = (millis: number): void => {
    for (let passed = 0; passed < millis; passed += tick) {
      pass(tick);
      looking();
    }
  };
  const view = (): unknown => world?.attempts[0];
  const found = (): unknown => world?.findings;
  return { ...made, wrapper, child, looking, lookFor, view, found, pass, reconfigure };
}

it("looks in full at an attempt that something changed of, and each five seconds; else it takes a glance", async () => {
  await using fleet = await Fleet.make({ poll_interval: "500ms" });
  const one = await idling(fleet);
  expect(one.looking()).toEqual({ phase: "running", inFull: false });
  const changes: Readonly<Record<string, () => unknown>> = {
    "a line of its log": () => fs.appendFileSync(join(one.dir, "log.jsonl"), "words\n"),
    "words on standard error": () => fs.appendFileSync(join(one.dir, "log.stderr"), "words\n"),
    "a file in its directory": () => fs.writeFileSync(join(one.dir, "some.json"), "{}"),
    "other settings": one.reconfigure,
    "its task": async () => {
      const act = fleet.act();
      await fleet.store.transact(act, (snapshot) => comment(snapshot, act, { id: one.id, text: "a word" }));
    },
    "five seconds": () => one.pass(BEAT),
  };
  for (const [what, change] of Object.entries(changes)) {
    await change();
    expect(one.looking(), what).toEqual({ phase: "running", inFull: true });
    // What was told is written down meanwhile, which is looked at once more.
    one.looking();
    one.pass(500);
    expect(one.looking(), `after ${what}`).toEqual({ phase: "running", inFull: false });
  }
});

it("sees by the next look that a wrapper was killed", async () => {
  await using fleet = await Fleet.make();
  const one = await idling(fleet);
  expect(one.looking().inFull).toBe(false);
  const child = one.child();
  process.kill(-(one.wrapper.pid ?? 0), "SIGKILL");
  await once(one.wrapper, "exit");
  // Killed at the same moment, and not gone at the same moment: while it is there, the coder lives on.
  await until("its child to end", () => !isAlive(child));
  expect(one.looking().phase).toBe("ended");
});

it("keeps what it saw of a rested attempt over a beat, and sees by the next one that its tree stands still", async () => {
  await using fleet = await Fleet.make({ poll_interval: "500ms" });
  const one = await idling(fleet);
  one.looking();
  const seen = one.view();
  one.lookFor(BEAT);
  expect(one.view()).toBe(seen);
  process.kill(one.child(), "SIGSTOP");
  await until("the child to be stopped", () => isStopped(one.child()));
  one.lookFor(BEAT);
  expect(one.found()).toContainEqual(expect.objectContaining({ kind: "note", event: "frozen" }));
});

it("sees within two seconds that a tree stands still where ticks are short and beats come more often than that", async () => {
  await using fleet = await Fleet.make({ poll_interval: "50ms" });
  const one = await idling(fleet, 50);
  one.lookFor(2_000);
  process.kill(one.child(), "SIGSTOP");
  await until("the child to be stopped", () => isStopped(one.child()));
  const notes: unknown[] = [];
  for (let looks = 0; looks < 30; looks++) {
    one.lookFor(50);
    notes.push(one.found());
  }
  expect(JSON.stringify(notes)).toContain('"event":"frozen"');
});

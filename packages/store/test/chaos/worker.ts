/**
 * One writer of the chaos run: does random operations until it is killed or told to stop by a file, and appends a line to its
 * record before an operation starts and after it was acknowledged. Bundled, and run by plain node.
 */
import { appendFileSync, existsSync } from "node:fs";
import { randomUUID } from "node:crypto";

import type { Act } from "../../src/decision.ts";
import { StoreError } from "../../src/errors.ts";
import type { Issue } from "../../src/issue.ts";
import { claim } from "../../src/ops/claim.ts";
import { close } from "../../src/ops/close.ts";
import { comment } from "../../src/ops/comment.ts";
import { create } from "../../src/ops/create.ts";
import type { Snapshot } from "../../src/snapshot.ts";
import { Store } from "../../src/store.ts";
import { random } from "./random.ts";

const [home = "", name = "", seed = "0", record = "", stop = "", stops = ""] = process.argv.slice(2);
const rng = random(Number(seed));
const store = new Store(home);
const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(rng() * from.length)];
const say = (entry: object): void => appendFileSync(record, `${JSON.stringify(entry)}\n`);

/** Stops this process where it hurts: after it has read, before it writes. The parent wakes it. */
function stopNow(): void {
  if (stops === "stops" && rng() < 0.01) process.kill(process.pid, "SIGSTOP");
}

const act = (): Act => ({ actor: name, email: `${name}@chaos`, now: Date.now(), uuid: randomUUID });

async function operate(n: number): Promise<{ readonly op: string; readonly key: string }> {
  const text = `${name}-${n}`;
  const mine = (snapshot: Snapshot): Issue[] => [...snapshot.live.values()].filter((issue) => issue.assignee === name);
  const doing = act();
  const snapshot = store.snapshot();
  const own = pick(mine(snapshot));
  // Few open issues, so that claims collide.
  const open = [...snapshot.live.values()].filter((issue) => issue.status === "open").slice(0, 3);
  const target = pick(open);
  const roll = rng();
  if (roll < 0.35 && target !== undefined) {
    await store.transact(doing, (s) => (stopNow(), claim(s, doing, { id: target.id })));
    return { op: "claim", key: target.id };
  }
  if (roll < 0.6 && own !== undefined) {
    await store.transact(doing, (s) => (stopNow(), close(s, doing, { id: own.id, reason: text })));
    return { op: "close", key: own.id };
  }
  if (roll < 0.75 && target !== undefined) {
    await store.transact(doing, (s) => (stopNow(), comment(s, doing, { id: target.id, text })));
    return { op: "comment", key: text };
  }
  await store.transact(doing, (s) => (stopNow(), create(s, doing, { title: text, type: "task", priority: 2 })));
  return { op: "create", key: text };
}

async function main(): Promise<void> {
  for (let n = 0; !existsSync(stop); n++) {
    const start = performance.now();
    try {
      const done = await operate(n);
      say({ ...done, by: name, ms: Math.round(performance.now() - start) });
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      // Somebody else was first: that is what it is about. Anything else is reported.
      say({ op: error.code, key: error.message, by: name, ms: Math.round(performance.now() - start) });
    }
  }
}

main().catch((error: unknown) => {
  say({ op: "crash", key: error instanceof Error ? (error.stack ?? error.message) : String(error), by: name, ms: 0 });
  process.exitCode = 1;
});

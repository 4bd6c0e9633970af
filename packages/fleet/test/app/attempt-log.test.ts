/** The log of an attempt, as commands and others read it: which one, and for how long more of it may come. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

import { uuid4 } from "@fleet/kit/uuid";
import { claim } from "@fleet/store/ops/claim";

import { followLines, logOf } from "../../src/app/views/attempt-log.ts";
import type { TaskOf } from "../../src/app/views/attempt-of.ts";
import { logPath } from "../../src/attempts/records/output.ts";
import { Fleet } from "../support/fleet.ts";

let fleet: Fleet;
beforeAll(async () => {
  fleet = await Fleet.make();
});
afterAll(async () => await fleet[Symbol.asyncDispose]());

async function made(title: string): Promise<TaskOf> {
  const id = await fleet.task(title, "words");
  return { home: fleet.home, issue: fleet.issue(id) };
}

it("a task without attempts has a log only with -f", async () => {
  const of = await made("waits");
  expect(() => logOf(fleet.store, of, { n: undefined, isFollowed: false })).toThrow(/has not started yet/);
  expect(() => logOf(fleet.store, of, { n: 2, isFollowed: true })).toThrow(/has not started yet/);
  expect(logOf(fleet.store, of, { n: undefined, isFollowed: true }).dir()).toMatch(/attempts\/1$/);
});

it("more may come while the task is held, and for a moment after that", async () => {
  const of = await made("held");
  const act = fleet.act("claude");
  const uuid = uuid4();
  await fleet.store.transact(act, (now) => claim(now, act, { id: of.issue.id, attempt: { n: 1, uuid } }));
  const held = logOf(fleet.store, of, { n: undefined, isFollowed: true });
  expect([1, 2, 3, 4, 5].map(() => held.goOn())).toEqual([true, true, true, true, true]);
  const over = await made("over");
  mkdirSync(join(fleet.home, "tasks", over.issue.id, "attempts", "1"), { recursive: true });
  const free = logOf(fleet.store, over, { n: undefined, isFollowed: true });
  expect([1, 2, 3].map(() => free.goOn())).toEqual([true, true, false]);
});

it("waits for the first attempt, until the task is closed", async () => {
  const of = await made("has no attempt");
  const log = logOf(fleet.store, of, { n: undefined, isFollowed: true });
  expect([log.isAwaited, ...[1, 2, 3, 4, 5].map(() => log.goOn())]).toEqual([true, true, true, true, true, true]);
  await fleet.ok(["close", of.issue.id, "-r", "not needed"]);
  expect([1, 2, 3].map(() => log.goOn())).toEqual([true, true, false]);
});

it("what was printed is read to its end", async () => {
  const of = await made("printed");
  const log = logOf(fleet.store, of, { n: undefined, isFollowed: true });
  const path = logPath(log.dir());
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "one\ntwo\nno line end");
  const lines: string[] = [];
  await followLines(log, "raw", (line) => lines.push(line), new AbortController().signal);
  expect(lines).toEqual(["one", "two", "no line end"]);
});

/** What the account forbids is not the task's failure: it waits, and continues where it stopped. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "vitest";

import { exactly, moment } from "@fleet/kit/when";

import { close, first, say, WELL, work } from "./api.ts";
import { makeLab, real } from "./lab.ts";

real(["claude"], "claude's five-hour window is used up: the task waits for the reset, then goes on", async () => {
  const lab = await makeLab({ coders: ["claude"], api: ["--reset-in", "10"] });
  await lab.api("claude").scenario("ratelimit_mid");
  const id = await lab.task({ coder: "claude", description: "Write hi" });
  await lab.start();

  const parked = await lab.until("claude is parked", async () => (await lab.status()).parked[0]);
  expect(parked).toMatchObject({ coder: "claude" });
  expect(parked.reason).toContain("5-hour limit");
  expect(Date.parse(parked.until ?? "")).toBeGreaterThan(Date.now());
  const waiting = await lab.reaches(id, "waiting");
  expect(waiting.tries).toBe(0);
  expect(waiting.reason).toContain("5-hour limit");
  expect(waiting.reason).toContain(parked.until);
  const [at, now] = [Date.parse(parked.until ?? ""), Date.now()];
  expect(await lab.fleet(["run", "status"])).toContain(`claude until ${exactly(at, now)}`);
  expect(await lab.fleet(["tasks", "--all"])).toContain(`claude waits until ${moment(at, now)}`);

  await lab.api("claude").script([close, say("The task is done and closed.")]);
  const { tries } = await lab.reaches(id, "closed");
  expect(tries).toBe(0);
  const [one, two, ...more] = await lab.attempts(id);
  expect(more).toEqual([]);
  expect(one).toMatchObject({ outcome: "rate-limited", counts: false });
  expect(two).toMatchObject({ outcome: "done", session: one?.session });
  // claude's totals are the session's; an attempt's are its own.
  expect([one?.tokens, two?.tokens]).toEqual([120, 240]);
  expect(Date.parse(two?.started_at ?? "")).toBeGreaterThanOrEqual(Date.parse(parked.until ?? ""));
  expect(await lab.fleet(["task", id, "prompt"])).toContain("interrupted by a usage limit");
  expect((await lab.status()).parked).toEqual([]);
});

real(["codex"], "codex tells only the time of day at which its window is reset", async () => {
  const lab = await makeLab({ coders: ["codex"], api: ["--reset-in", "3600"] });
  await lab.api("codex").scenario("usage_limit");
  const id = await lab.task({ coder: "codex", description: "Write hi" });
  await lab.start();
  const parked = await lab.until("codex is parked", async () => (await lab.status()).parked[0]);
  const minutes = (Date.parse(parked.until ?? "") - Date.now()) / 60_000;
  expect(minutes).toBeGreaterThan(57);
  expect(minutes).toBeLessThan(62);
  expect((await lab.reaches(id, "waiting")).tries).toBe(0);
  expect(await lab.outcomes(id)).toEqual(["rate-limited"]);
});

real(["claude"], "a refused key parks claude until a person acts; the others go on", async () => {
  const lab = await makeLab({ coders: ["claude"] });
  await lab.api("claude").scenario("auth");
  const id = await lab.task({ coder: "claude", description: "Run: `echo hi > out.txt`" });
  await lab.start();
  const parked = await lab.until("claude is parked", async () => (await lab.status()).parked[0]);
  expect(parked).toMatchObject({ coder: "claude", until: expect.any(String) });
  const waiting = await lab.reaches(id, "waiting");
  expect(waiting.reason).toContain("fleet resume");

  const other = await lab.task({ coder: "shell", description: "echo other > other.txt" });
  await lab.reaches(other, "closed");
  expect(await lab.outcomes(id)).toEqual(["auth"]);

  await lab.api("claude").script(WELL);
  await lab.fleet(["resume"]);
  expect((await lab.reaches(id, "closed")).tries).toBe(0);
  expect(await lab.outcomes(id)).toEqual(["auth", "done"]);
});

real(["claude"], "an overloaded API is an outage, which costs the task no try", async () => {
  const lab = await makeLab({ coders: ["claude"], settings: { limit_pause: "1s" } });
  const overloaded = {
    status: 529,
    body: { type: "error", error: { type: "overloaded_error", message: "Overloaded" } },
  };
  await lab.api("claude").script([first(overloaded, work), close, say("The task is done and closed.")]);
  const id = await lab.task({ coder: "claude", description: "Run: `echo hi > out.txt`" });
  await lab.start();
  expect((await lab.reaches(id, "closed")).tries).toBe(0);
  const [one, two] = await lab.attempts(id);
  expect([one?.outcome, two?.outcome]).toEqual(["outage", "done"]);
  const outcome = JSON.parse(readFileSync(join(one?.dir ?? "", "outcome.json"), "utf8"));
  expect(outcome).toMatchObject({ parks: "outage", counts: false });
});

real(["codex"], "a full context is followed by a fresh session", async () => {
  const lab = await makeLab({ coders: ["codex"] });
  const full = { failed: { code: "context_length_exceeded", message: "Your input exceeds the context window." } };
  await lab.api("codex").script([work, first(full, close), say("The task is done and closed.")]);
  const id = await lab.task({ coder: "codex", description: "Run: `echo hi >> out.txt`" });
  await lab.start();
  expect((await lab.reaches(id, "closed")).tries).toBe(0);
  const [one, two] = await lab.attempts(id);
  expect([one?.outcome, two?.outcome]).toEqual(["context-full", "done"]);
  // Fresh: it began at the beginning.
  expect(await lab.file("out.txt")).toBe("hi\nhi\n");
  expect(two?.session).not.toBe(one?.session);
  expect(await lab.fleet(["task", id, "prompt"])).toContain("ran out of context");
});

real(["claude"], "a context that is full before anything was done is not tried for ever", async () => {
  const lab = await makeLab({ coders: ["claude"], settings: { max_attempts: 2 } });
  await lab.api("claude").scenario("toolong");
  const id = await lab.task({ coder: "claude", description: "Write hi" });
  await lab.start();
  const row = await lab.reaches(id, "needs-you");
  expect(row.reason).toContain("context-full 2 times");
  expect(await lab.outcomes(id)).toEqual(["context-full", "context-full"]);
});

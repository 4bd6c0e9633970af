/** Watching one attempt look by look, with clocks of the test's own: sleep, changed clocks, restarts, news said once. */
import { appendFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";

import { registry } from "@fleet/coders/registry";

import { uptimeMs } from "@fleet/kit/process/table";
import type { Issue } from "@fleet/store/issue";

import { after } from "../../src/engine/core/advance.ts";
import type { Life } from "../../src/engine/core/life.ts";
import { Tail } from "../../src/attempts/stream/tail.ts";
import { DEFAULTS } from "../../src/settings/defaults.ts";
import { TUNING } from "../../src/settings/tuning.ts";
import { type Handle, newHandle } from "../../src/engine/shell/loop/handle.ts";
import { Journal } from "../../src/engine/shell/state/journal.ts";
import { type Liveness, verdictKey } from "../../src/engine/core/liveness.ts";
import { readLiveness } from "../../src/attempts/records/liveness.ts";
import { passOf } from "../../src/engine/shell/observe/process-usage.ts";
import { showLife } from "../../src/engine/shell/act/show-life.ts";
import { claimedAttempt, RECORD, runningState } from "../support/attempt.ts";
import { watchLife } from "../../src/engine/shell/observe/watch-life.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const WRAPPER = { pid: 10, ppid: 1, group: 10, began: 0, cpu: 0 };
const BEGAN = JSON.stringify({
  type: "assistant",
  message: { id: "m", content: [{ type: "tool_use", id: "t1", name: "Bash", input: { command: "npm test" } }] },
});
const ENDED = JSON.stringify({
  type: "user",
  message: { content: [{ type: "tool_result", tool_use_id: "t1", is_error: false }] },
});
const BEAT = JSON.stringify({ type: "tool_progress", tool_use_id: "t1", elapsed_time_seconds: 30 });

class Watched {
  readonly home = mkdtempSync(join(tmpdir(), "fleet-watch-"));
  readonly log = join(this.home, "log.jsonl");
  readonly said: string[] = [];
  issue: Issue | undefined = {
    id: "t-1",
    title: "t",
    status: "in_progress",
    priority: 2,
    issue_type: "task",
    created_at: "2030-01-01T00:00:00Z",
    updated_at: "2030-01-01T00:00:00Z",
  };
  handle: Handle = newHandle({ ...claimedAttempt({ dir: this.home, cwd: this.home }), fresh: true });
  now = 10_000 * MINUTE;
  wall = Date.parse("2030-01-01T12:00:00Z");

  readonly #record = { ...RECORD, cwd: this.home, monotonic: this.now - 2 * 60 * MINUTE };

  constructor() {
    onTestFinished(() => rmSync(this.home, { recursive: true }));
    writeFileSync(this.log, "");
    this.aged(0);
    this.attach();
    this.look();
  }

  get #life(): Life | undefined {
    return this.handle.state.kind === "running" ? this.handle.state.life : undefined;
  }

  /** As a supervisor does that takes it over. */
  attach(name = "claude"): void {
    const coder = registry().get(name);
    if (coder === undefined) throw new Error(`no ${name}`);
    this.handle = { ...this.handle, state: runningState({ record: this.#record }) };
    const { open } = this.handle;
    open.coder = coder;
    open.tail?.close();
    open.tail = new Tail(this.home, coder);
    onTestFinished(() => open.tail?.close());
  }

  /** The log's age by the wall clock. */
  aged(millis: number): void {
    const at = (this.wall - millis) / 1000;
    utimesSync(this.log, at, at);
  }

  speak(line: string): void {
    appendFileSync(this.log, `${line}\n`);
  }

  look(): Liveness {
    this.handle.open.tail?.read(this.wall);
    this.handle.open.tail?.write();
    const clock = { monotonic: () => this.now, wall: () => this.wall, boot: "b" };
    const journal = new Journal(this.home, clock.wall, ({ event, text }) => this.said.push(`${event}: ${text}`));
    const usage = { at: (at: number) => passOf(at, [WRAPPER]) };
    const seen = { issue: this.issue, life: this.#life, asks: undefined, leader: () => 10, usage, uptime: uptimeMs() };
    const context = { clock, config: () => DEFAULTS, env: {}, journal, tuning: TUNING };
    const { life, verdict, problem } = watchLife(context, this.handle, seen);
    this.handle = { ...this.handle, state: runningState({ record: this.#record, life }) };
    if (life.shown !== verdictKey(verdict)) {
      showLife(context, this.handle, verdict);
      this.handle = after(this.handle, { kind: "shown", key: verdictKey(verdict) }, this.now);
    }
    if (problem !== undefined && !this.said.includes(`trouble: ${problem}`)) journal.write("trouble", problem);
    return verdict;
  }

  /** Looks every two seconds for so long. */
  pass(millis: number): Liveness {
    for (const end = this.now + millis; this.now < end;) {
      this.now += 2 * SECOND;
      this.wall += 2 * SECOND;
      this.look();
    }
    return this.look();
  }
}

it("silence becomes quiet, then hung; each is written and said once", () => {
  const one = new Watched();
  one.speak(BEGAN);
  one.speak(ENDED);
  expect(one.look().kind).toBe("working");
  expect(one.pass(2 * MINUTE)).toMatchObject({ kind: "quiet", doing: "waiting for its model" });
  expect(readLiveness(one.home)?.kind).toBe("quiet");
  expect(one.pass(12 * MINUTE).kind).toBe("quiet");
  expect(one.said).toEqual([]);
  expect(one.pass(2 * MINUTE)).toMatchObject({ kind: "hung", last: "Bash: npm test" });
  expect(one.said).toEqual([expect.stringMatching(/^hung: attempt 1: hung: nothing for 15m; last: Bash: npm test$/)]);
});

it("an event makes it work again", () => {
  const one = new Watched();
  one.pass(10 * MINUTE);
  one.speak(ENDED);
  expect(one.look().kind).toBe("working");
  expect(one.pass(14 * MINUTE).kind).toBe("quiet");
});

it("a tool that says only that it lives is quiet, warned of once, and never hung", () => {
  const one = new Watched();
  one.speak(BEGAN);
  for (let i = 0; i < 100; i++) {
    one.pass(30 * SECOND);
    one.speak(BEAT);
  }
  expect(one.look()).toMatchObject({ kind: "quiet", doing: "running npm test (Bash)", warned: false });
  expect(one.pass(11 * MINUTE)).toMatchObject({ kind: "quiet", warned: true });
  expect(one.pass(300 * MINUTE)).toMatchObject({ kind: "quiet", warned: true });
  expect(one.said).toEqual(["quiet: attempt 1: quiet for very long: running npm test (Bash) for 1h00m"]);
});

it("a machine that slept, or a supervisor that stood still, has seen no hang", () => {
  const one = new Watched();
  one.pass(14 * MINUTE);
  one.now += 8 * 60 * MINUTE;
  one.wall += 8 * 60 * MINUTE;
  expect(one.look().kind).toBe("quiet");
  expect(one.pass(14 * MINUTE).kind).toBe("quiet");
  expect(one.pass(2 * MINUTE).kind).toBe("hung");
});

it("a coder that prints nothing but its answer is warned of, and never called hung", () => {
  const one = new Watched();
  one.attach("agy");
  expect(one.pass(30 * MINUTE).kind).toBe("quiet");
  expect(one.pass(300 * MINUTE)).toMatchObject({ kind: "quiet", warned: true });
});

it("while its task can't be read, its settings are unknown, and nothing is called hung", () => {
  const one = new Watched();
  const { issue } = one;
  one.issue = undefined;
  expect(one.pass(30 * MINUTE).kind).toBe("quiet");
  one.issue = issue;
  expect(one.look().kind).toBe("hung");
});

it.each([1, -1])("a clock that is set (%i day) changes nothing", (days) => {
  const one = new Watched();
  one.pass(14 * MINUTE);
  one.wall += days * 24 * 60 * MINUTE;
  expect(one.look().kind).toBe("quiet");
  one.speak(ENDED);
  expect(one.look().kind).toBe("working");
});

it("the next supervisor reads from its files how long it is silent, and watches afresh before it is hung", () => {
  const one = new Watched();
  one.speak(BEGAN);
  one.look();
  one.wall += 50 * MINUTE;
  one.now += 50 * MINUTE;
  one.aged(50 * MINUTE);
  one.attach();
  const inTool = one.look();
  expect(inTool).toMatchObject({ kind: "quiet", doing: "running npm test (Bash)" });
  expect(inTool.kind === "quiet" && one.now - inTool.since).toBe(50 * MINUTE);
  one.speak(ENDED);
  one.aged(50 * MINUTE);
  one.attach();
  expect(one.look().kind).toBe("quiet");
  expect(one.pass(14 * MINUTE).kind).toBe("quiet");
  expect(one.pass(2 * MINUTE).kind).toBe("hung");
});

/** Channels with what is behind them: commands, a desktop's program, an HTTP endpoint; what is told once, and what is told later. */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";

import { openFleet } from "../../src/app/open.ts";
import { sendCalls, type Sending, testChannels } from "../../src/app/operations/notify.ts";
import type { JournalEvent } from "../../src/engine/core/journal-event.ts";
import { Journal } from "../../src/engine/shell/state/journal.ts";
import { Fleet } from "../support/fleet.ts";
import { until } from "../support/until.ts";

const payload = z.object({
  event: z.string(),
  title: z.string(),
  text: z.string(),
  calls: z.array(z.object({ event: z.string(), task: z.string().nullable(), reason: z.string(), command: z.string() })),
});
type Payload = z.output<typeof payload>;

const MINUTE = 60_000;

/** The fleet, as it is at a time, which only moves when it is told to. */
class Day {
  readonly fleet: Fleet;
  now = new Date(2026, 5, 10, 12).getTime();

  constructor(fleet: Fleet) {
    this.fleet = fleet;
  }

  async blocked(title: string): Promise<string> {
    const id = await this.fleet.task(title, "words");
    await this.fleet.ok(["bd", "update", id, "--status", "blocked", "--notes", `no key for ${title}`]);
    return id;
  }

  happens(event: JournalEvent, task: string): void {
    new Journal(this.fleet.home, () => this.now).write(event, `attempt 1: ${event}`, { task, attempt: 1 });
  }

  /** Each time as another process would: nothing is kept but what is on disk. */
  async send(): Promise<Sending> {
    return await sendCalls(this.#open());
  }

  async test(channel?: string): Promise<Awaited<ReturnType<typeof testChannels>>> {
    return await testChannels(this.#open(), channel);
  }

  #open(): ReturnType<typeof openFleet> {
    return openFleet({ cwd: this.fleet.project, env: this.fleet.env, now: () => this.now });
  }

  sent(): Payload[] {
    return this.fleet
      .ran("calls")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => payload.parse(JSON.parse(line)));
  }
}

const toFile = (fleet: { readonly project: string }): string => `cat >>${join(fleet.project, "ran.calls")}`;
const withChannels = async (channels: (fleet: Fleet) => Readonly<Record<string, object>>): Promise<Day> => {
  const fleet = await Fleet.make();
  fleet.configure({}, `notify: ${JSON.stringify(channels(fleet))}\n`);
  const day = new Day(fleet);
  // A channel begins with what comes after it was set.
  await day.send();
  return day;
};

class Endpoint implements AsyncDisposable {
  readonly heard: Payload[] = [];
  status = 200;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(): Promise<Endpoint> {
    const server = createServer();
    const endpoint = new Endpoint(server);
    server.on("request", (request: IncomingMessage, answer) => {
      let text = "";
      request.setEncoding("utf8").on("data", (part: string) => (text += part));
      request.on("end", () => {
        endpoint.heard.push(payload.parse(JSON.parse(text)));
        answer.writeHead(endpoint.status, endpoint.status === 302 ? { location: "/other" } : {}).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return endpoint;
  }

  get url(): string {
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("it does not listen");
    return `http://127.0.0.1:${address.port}/hook`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

describe("a command", () => {
  it("reports a blocked task once, as JSON and in variables, across restarts", async () => {
    const title = 'take "$(touch pwned)" `x`; \u001b[31mred';
    const day = await withChannels((fleet) => ({
      me: {
        command: `${toFile(fleet)}; printf '%s\\n' "$FLEET_CALL $FLEET_CALL_TASK $FLEET_CALL_COMMAND" >>${fleet.project}/ran.words`,
        events: ["needs-you"],
      },
    }));
    await using fleet = day.fleet;
    const id = await day.blocked(title);
    day.happens("blocked", id);
    expect((await day.send()).sent).toHaveLength(1);
    expect(fleet.ran("words")).toBe(`needs-you ${id} fleet retry ${id}\n`);
    const [call] = day.sent();
    expect(call?.calls).toMatchObject([{ event: "needs-you", task: id, command: `fleet retry ${id}` }]);
    expect(call?.text).toContain("no key for take");
    expect(call?.title).toContain('take "$(touch pwned)" `x`');
    expect(fleet.ran("../pwned")).toBe("");
    day.now += MINUTE;
    expect(await day.send()).toEqual({ sent: [], changes: [], again: null });
    day.happens("quiet", id);
    expect((await day.send()).sent).toEqual([]);
  });

  it("reports a burst in one message, without what is over already", async () => {
    const day = await withChannels((fleet) => ({ me: { command: toFile(fleet) } }));
    await using fleet = day.fleet;
    const ids = await Promise.all(["one", "two", "three"].map(async (title) => await day.blocked(title)));
    for (const id of ids) day.happens("blocked", id);
    await fleet.ok(["bd", "close", ids[0] ?? "", "--reason", "done by hand"]);
    await day.send();
    expect(day.sent().map(({ title }) => title)).toEqual(["2 need you, all done"]);
  });

  it("is not called in its quiet hours, and after them for what still holds", async () => {
    const day = await withChannels((fleet) => ({
      me: { command: toFile(fleet), quiet: "22:00-07:00", events: ["needs-you"] },
    }));
    await using fleet = day.fleet;
    day.now = new Date(2026, 5, 10, 23).getTime();
    const ids = [await day.blocked("one"), await day.blocked("two")];
    for (const id of ids) day.happens("blocked", id);
    const morning = new Date(2026, 5, 11, 7).getTime();
    expect(await day.send()).toMatchObject({ sent: [], again: new Date(morning).toISOString() });
    await fleet.ok(["bd", "close", ids[0] ?? "", "--reason", "done by hand"]);
    day.now = morning;
    await day.send();
    expect(day.sent().map(({ calls }) => calls.map(({ task }) => task))).toEqual([[ids[1]]]);
  });

  it("that fails, hangs or is not there keeps no other from being called, and is tried again later", async () => {
    const day = await withChannels((fleet) => ({
      fails: { command: `echo no room >&2; exit 3` },
      me: { command: toFile(fleet) },
    }));
    await using fleet = day.fleet;
    day.happens("blocked", await day.blocked("one"));
    const first = await day.send();
    expect(first.sent.map(({ channel }) => channel)).toEqual(["me"]);
    expect(first.changes).toEqual([{ channel: "fails", kind: "trouble", text: "exit code 3: no room" }]);
    expect(await fleet.ok(["notify"])).toMatch(/fails .*failed .*no room/s);
    expect(await fleet.ok(["top", "--once"])).toContain(
      "can't reach you through the channel fails: exit code 3: no room",
    );
    // Not before its time, and not said again.
    expect((await day.send()).changes).toEqual([]);
    day.now += MINUTE;
    expect((await day.send()).changes).toEqual([]);
    fleet.configure(
      {},
      `notify: ${JSON.stringify({ fails: { command: toFile(fleet) }, me: { command: toFile(fleet) } })}\n`,
    );
    day.now += 2 * MINUTE;
    expect((await day.send()).changes).toMatchObject([{ channel: "fails", kind: "mended" }]);
    expect(day.sent()).toHaveLength(2);
    expect(await fleet.ok(["notify"])).not.toContain("failed");
  });
});

describe("a webhook", () => {
  it("gets the call as JSON, and again later where its answer was none that took it", async () => {
    await using endpoint = await Endpoint.open();
    const day = await withChannels(() => ({ hook: { webhook: { variable: "HOOK" }, events: ["needs-you"] } }));
    await using fleet = day.fleet;
    Object.assign(fleet.env, { HOOK: endpoint.url });
    const id = await day.blocked("one");
    day.happens("blocked", id);
    for (const [status, failures] of [
      [503, 1],
      [302, 2],
    ] as const) {
      endpoint.status = status;
      const { changes } = await day.send();
      expect(changes).toEqual([{ channel: "hook", kind: "trouble", text: `the answer is ${status}` }]);
      expect(endpoint.heard).toHaveLength(failures);
      day.now += 5 * MINUTE;
    }
    endpoint.status = 204;
    expect((await day.send()).sent).toHaveLength(1);
    expect(endpoint.heard.at(-1)?.calls).toMatchObject([{ task: id, event: "needs-you" }]);
    expect((await day.send()).sent).toEqual([]);
  });

  it("that failed and passes a test has no problem any more, and sends at once what was due", async () => {
    await using endpoint = await Endpoint.open();
    const day = await withChannels(() => ({ hook: { webhook: endpoint.url, events: ["needs-you"] } }));
    await using _fleet = day.fleet;
    day.happens("blocked", await day.blocked("one"));
    endpoint.status = 503;
    expect((await day.send()).changes).toMatchObject([{ kind: "trouble" }]);
    endpoint.status = 204;
    expect((await day.send()).sent).toEqual([]);
    expect(await day.test()).toEqual([{ channel: "hook", error: null }]);
    const { sent, changes } = await day.send();
    expect([sent.length, changes]).toEqual([1, []]);
  });

  it("that can't be reached is reported without its address", async () => {
    const day = await withChannels(() => ({
      file: { webhook: { file: "/nowhere/hook" } },
      gone: { webhook: "http://127.0.0.1:9/token" },
      none: { webhook: "http://[x/token" },
    }));
    await using fleet = day.fleet;
    const tested = await day.test();
    expect(tested.map(({ channel, error }) => `${channel}: ${error ?? "sent"}`)).toEqual([
      "file: /nowhere/hook can't be read",
      expect.stringMatching(/^gone: it can't be reached/),
      expect.stringMatching(/^none: it can't be reached/),
    ]);
    expect(JSON.stringify(tested)).not.toContain("token");
    expect(fleet.journal()).toBe("");
  });
});

it("the desktop's program gets the words as arguments, and nothing in them is markup", async () => {
  const day = await withChannels(() => ({ desk: { desktop: true, events: ["needs-you"] } }));
  await using fleet = day.fleet;
  const bin = join(fleet.root, "bin");
  mkdirSync(bin);
  const program = join(bin, "notify-send");
  writeFileSync(program, `#!/bin/sh\nprintf '%s|' "$@" >${fleet.project}/ran.desk\n`);
  chmodSync(program, 0o755);
  Object.assign(fleet.env, { PATH: `${bin}:${process.env["PATH"] ?? ""}` });
  const id = await day.blocked("<b>-- bold");
  day.happens("blocked", id);
  await day.send();
  expect(fleet.ran("desk")).toBe(
    `--app-name=fleet|--|${id} <b>-- bold needs you|no key for &lt;b&gt;-- bold\nfleet retry ${id}|`,
  );
});

it("fleet notify test says which channels work, with an exit code", async () => {
  const day = await withChannels((fleet) => ({ me: { command: toFile(fleet) }, fails: { command: "exit 1" } }));
  await using fleet = day.fleet;
  expect(await fleet.ok(["notify", "test", "me"])).toBe("me: sent\n");
  expect(day.sent()).toMatchObject([{ event: "test", calls: [] }]);
  expect(await fleet.run(["notify", "test"])).toMatchObject({ code: 1, stdout: "me: sent\nfails: exit code 1\n" });
  expect((await fleet.run(["notify", "test", "nobody"])).stderr).toContain("there are: me, fails");
  fleet.configure({});
  expect((await fleet.run(["notify", "test"])).stderr).toContain("fleet config set");
});

it("the supervisor calls of itself: once for a burst, with a channel that fails beside it, and not again after a restart", async () => {
  await using fleet = await Fleet.make({ max_attempts: "1" }, "", { callBurst: 300 });
  fleet.configure(
    { max_attempts: "1" },
    `notify: ${JSON.stringify({ me: { command: toFile(fleet), events: ["needs-you", "all-done"] }, fails: { command: "exit 1" } })}\n`,
  );
  const day = new Day(fleet);
  await fleet.supervise();
  await until("the channels to begin", () => existsSync(join(fleet.home, "run", "notify.json")));
  const ids = await Promise.all(["one", "two", "three"].map(async (title) => await fleet.task(title, "exit 1")));
  for (const id of ids) await fleet.settled(id, "blocked");
  const called = (): string[] => day.sent().flatMap(({ calls }) => calls.flatMap(({ task }) => task ?? []));
  await until("three calls", () => called().length >= 3);
  expect(new Set(called())).toEqual(new Set(ids));
  await until("the trouble", () => fleet.journal().includes("can't reach you through the channel fails: exit code 1"));
  const before = day.sent().length;
  fleet.askToStop();
  await until("the supervisor's end", () => fleet.supervisor() === undefined);
  await fleet.supervise();
  const done = await fleet.task("four", "exit 1");
  await fleet.settled(done, "blocked");
  await until("the fourth call", () => called().includes(done));
  expect(called().filter((id) => id !== done)).toHaveLength(3);
  expect(day.sent().length).toBeGreaterThan(before);
});

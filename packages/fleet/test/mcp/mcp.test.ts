/** `fleet mcp` as a client meets it: the real command over standard input and output, with the protocol's own client. */
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";

import { fleetRecord } from "@fleet/store/fleet-record";
import { claim } from "@fleet/store/ops/claim";

import { waitsNow } from "../../src/attempts/records/waits.ts";
import { attemptActor } from "../../src/engine/shell/loop/context.ts";
import { uuid4 } from "@fleet/kit/uuid";
import { Fleet, FLEET, isAlive } from "../support/fleet.ts";
import { until } from "../support/until.ts";

let fleet: Fleet;
beforeAll(async () => {
  fleet = await Fleet.make();
});
afterAll(async () => await fleet[Symbol.asyncDispose]());

interface Session extends AsyncDisposable {
  readonly client: Client;
  readonly pid: number;
  /** The text of a call's result; throws what a tool refuses. */
  readonly call: (name: string, args?: Readonly<Record<string, unknown>>) => Promise<string>;
  readonly json: (name: string, args?: Readonly<Record<string, unknown>>) => Promise<unknown>;
  readonly structured: (name: string, args?: Readonly<Record<string, unknown>>) => Promise<unknown>;
}

const result = z.object({
  isError: z.boolean().optional(),
  content: z.array(z.object({ text: z.string() })).min(1),
  structuredContent: z.record(z.string(), z.unknown()).optional(),
});

async function connect(env: Readonly<Record<string, string>> = {}): Promise<Session> {
  const all = Object.entries({ ...fleet.env, ...env }).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [FLEET, "mcp"],
    cwd: fleet.project,
    env: Object.fromEntries(all),
  });
  const client = new Client({ name: "test", version: "1" });
  await client.connect(transport);
  const answered = async (name: string, args: Readonly<Record<string, unknown>> = {}) =>
    result.parse(await client.callTool({ name, arguments: { ...args } }));
  const call: Session["call"] = async (name, args) => {
    const { isError, content } = await answered(name, args);
    const text = content[0]?.text ?? "";
    if (isError === true) throw new Error(content.map((one) => one.text).join("\n"));
    return text;
  };
  return {
    client,
    pid: transport.pid ?? 0,
    call,
    json: async (name, args) => JSON.parse(await call(name, args)),
    structured: async (name, args) => (await answered(name, args)).structuredContent,
    [Symbol.asyncDispose]: () => client.close(),
  };
}

/** A task that an attempt holds, and the variables that make a process that attempt's. */
async function held(title: string): Promise<{ readonly id: string; readonly env: Record<string, string> }> {
  const id = await fleet.task(title, "words");
  const uuid = uuid4();
  const actor = attemptActor("claude", uuid);
  const act = fleet.act(actor);
  await fleet.store.transact(act, (now) => claim(now, act, { id, attempt: { n: 1, uuid } }));
  return { id, env: { FLEET_TASK_ID: id, FLEET_ATTEMPT_ID: uuid, BEADS_ACTOR: actor } };
}

const names = async ({ client }: Session): Promise<string[]> =>
  (await client.listTools()).tools.map(({ name }) => name);

describe("the queue", () => {
  it("is available to anybody; a person is asked only from inside an attempt", async () => {
    const queue = [
      "close",
      "comment",
      "create",
      "dep_add",
      "list",
      "memories",
      "ready",
      "recall",
      "remember",
      "show",
      "update",
    ];
    await using outside = await connect();
    expect((await names(outside)).sort()).toEqual(queue);
    await using inside = await connect((await held("asks")).env);
    expect((await names(inside)).sort()).toEqual(["ask_human", ...queue].sort());
  });

  it("answers as data too: an object as it is, a list by the name result, what was refused with its words", async () => {
    await using session = await connect();
    const made = z.object({ id: z.string() }).parse(await session.structured("create", { title: "as data" }));
    expect(await session.structured("show", { id: made.id })).toEqual({
      result: await session.json("show", { id: made.id }),
    });
    expect(await session.structured("close", { id: made.id, reason: "did it" })).toMatchObject({
      result: [{ id: made.id, status: "closed" }],
    });
    expect(await session.structured("show", { id: "nope" })).toMatchObject({
      error: "no issues found matching the provided IDs",
    });
  });

  it("takes an empty text for none: what models fill in clears nothing", async () => {
    await using session = await connect();
    const empty = { description: "", design: " ", acceptance: "\u200b", notes: "" };
    const made = z.object({ id: z.string() }).parse(await session.json("create", { title: "full", description: "D" }));
    const given = { ...empty, id: made.id, append_notes: "", status: "", title: "", add_label: [""], priority: 1 };
    await session.json("update", given);
    const [shown] = z.array(z.record(z.string(), z.unknown())).parse(await session.json("show", { id: made.id }));
    expect(shown).toMatchObject({ title: "full", description: "D", priority: 1, status: "open" });
    expect(Object.keys(shown ?? {})).not.toContain("labels");
  });

  it("takes every word as it is", async () => {
    await using session = await connect();
    const strange = ["--json", "-rf", "a \"b\" $(c) 'd'", "- x", "ünï\ncode", "--", "-"];
    for (const title of strange) {
      const made = z
        .object({ id: z.string() })
        .parse(await session.json("create", { title, description: `--title=${title}` }));
      expect(await session.json("show", { id: made.id })).toMatchObject([
        { title: title.trim(), description: `--title=${title}` },
      ]);
      await session.call("comment", { id: made.id, text: title });
      expect(fleet.issue(made.id).comments?.[0]?.text.trim()).toBe(title.trim());
    }
  });

  it("makes parts of a task, waits, closes, and remembers, as `fleet bd` does", async () => {
    const { id, env } = await held("a whole");
    await using session = await connect(env);
    const part = z
      .object({ id: z.string() })
      .parse(
        await session.json("create", { title: "a part", parent: id, priority: 1, deps: [`discovered-from:${id}`] }),
      );
    expect(part.id).toBe(`${id}.1`);
    const other = z.object({ id: z.string() }).parse(await session.json("create", { title: "another" }));
    await session.call("dep_add", { issue: other.id, depends_on: part.id });
    const ready = z.array(z.object({ id: z.string() })).parse(await session.json("ready", { limit: 0 }));
    expect(ready.map((one) => one.id)).toContain(part.id);
    expect(ready.map((one) => one.id)).not.toContain(other.id);
    await session.call("update", { id: part.id, append_notes: "half of it", add_label: ["a", "b"] });
    await session.call("close", { id: part.id, reason: "did it" });
    expect(fleet.issue(part.id)).toMatchObject({
      status: "closed",
      close_reason: "did it",
      notes: "half of it",
      labels: ["a", "b"],
    });
    expect(await session.json("list", { status: "closed" })).toEqual(
      expect.arrayContaining([expect.objectContaining({ id: part.id })]),
    );
    await session.call("remember", { text: "use pnpm", key: "manager" });
    expect(await session.json("recall", { key: "manager" })).toMatchObject({ value: "use pnpm" });
    expect(await session.json("memories", { search: "pnpm" })).toMatchObject({ manager: "use pnpm" });
  });

  it("keeps answers valid where a client sends half a surrogate pair, and refuses a field of more than 1 MiB", async () => {
    const { id, env } = await held("halves");
    await using session = await connect(env);
    await session.call("comment", { id, text: "half \ud83d" });
    expect(fleet.issue(id).comments?.at(-1)?.text).toBe("half \ufffd");
    expect(await session.call("show", { id })).not.toMatch(/\\ud83d/);
    await expect(session.call("update", { id, notes: "x".repeat(2 ** 20 + 1) })).rejects.toThrow(/notes is too large/);
  });

  it("keeps the rules of an attempt: its own close is a claim, what it does not hold it may only comment on", async () => {
    const { id, env } = await held("its own");
    await using session = await connect(env);
    expect(await session.json("show")).toMatchObject([{ id, assignee: env["BEADS_ACTOR"] }]);
    await session.call("close", { reason: "there already", no_change: true });
    expect(fleetRecord(fleet.issue(id)).completion).toMatchObject({ reason: "there already", no_change: true });
    await session.call("close", { reason: "all green" });
    expect(fleetRecord(fleet.issue(id)).completion).not.toHaveProperty("no_change");
    expect(fleet.issue(id).status).toBe("in_progress");
    expect(fleetRecord(fleet.issue(id)).completion).toMatchObject({ reason: "all green" });
    await using lost = await connect({ ...env, FLEET_ATTEMPT_ID: uuid4() });
    await expect(lost.call("update", { notes: "n" })).rejects.toThrow(/no longer holds/);
    await expect(lost.call("close", { reason: "r" })).rejects.toThrow(/no longer holds/);
    await lost.call("comment", { text: "still here" });
    expect(fleet.issue(id).comments?.at(-1)?.text).toBe("still here");
    // The task of this session is not another one's.
    await using outside = await connect();
    await expect(outside.call("close", { reason: "r" })).rejects.toThrow(/no issue is named/);
  });

  it("a task made from inside runs as the attempt's own does: in its directory, with its coder, model and checks", async () => {
    const { id, env } = await held("makes parts");
    await using session = await connect(env);
    const made = z.object({ id: z.string() }).parse(await session.json("create", { title: "a part", coder: "shell" }));
    expect(fleet.issue(made.id).metadata).toMatchObject({ cwd: fleet.issue(id).metadata?.["cwd"] });
    for (const given of [{ coder: "claude" }, { model: "big" }, { check: ["id >PWNED"] }])
      await expect(session.call("create", { title: "a part", ...given })).rejects.toThrow(
        /runs as the attempt's own task/,
      );
    await using outside = await connect();
    await outside.call("create", { title: "a person's", model: "big" });
  });

  it("refuses what makes no sense, and continues", async () => {
    await using session = await connect();
    await expect(session.call("show", { id: "nope" })).rejects.toThrow(/no issue found matching/);
    await expect(session.call("create", { title: "" })).rejects.toThrow();
    await expect(session.call("update", { id: 7 })).rejects.toThrow();
    // A dependency or a check that says nothing must not be as good as none.
    for (const nothing of ["", " ", "\u200b"]) {
      await expect(session.call("create", { title: "waits", deps: [nothing] })).rejects.toThrow(/deps/);
      await expect(session.call("create", { title: "proves", check: [nothing] })).rejects.toThrow(/check/);
    }
    await expect(session.call("recall", { key: "nothing" })).rejects.toThrow();
    expect(await session.json("memories", { search: "no such thing" })).toBeDefined();
  });
});

describe("ask_human", () => {
  it("waits, says that it does, and returns with the answer", async () => {
    const { id, env } = await held("waits");
    await using session = await connect(env);
    const progress: number[] = [];
    const asked = session.client.callTool(
      { name: "ask_human", arguments: { question: "Which port?", options: ["80", "81"], timeout: "1m" } },
      undefined,
      { onprogress: ({ progress: seconds, total }) => progress.push(seconds, total ?? 0) },
    );
    await until("somebody waits", () => waitsNow(fleet.dir(id), Date.now())[0]);
    await until("it says so", () => progress.length > 0);
    expect(progress[1]).toBe(60);
    // Others continue meanwhile.
    expect(await session.json("show")).toMatchObject([{ id, status: "in_progress" }]);
    await fleet.ok(["answer", id, "80"]);
    expect(result.parse(await asked)).toEqual({
      content: [{ text: "80" }],
      structuredContent: { question: 1, answer: "80", is_option: true },
    });
    expect(waitsNow(fleet.dir(id), Date.now())[0]).toBeUndefined();
    // The very same question again: the answer is known.
    expect(await session.call("ask_human", { question: "Which port?" })).toBe("80");
  });

  it("says that an answer is none of the options it offered", async () => {
    const { id, env } = await held("offers");
    await using session = await connect(env);
    const asked = session.client.callTool({
      name: "ask_human",
      arguments: { question: "Which?", options: ["80"], timeout: "1m" },
    });
    await until("somebody waits", () => waitsNow(fleet.dir(id), Date.now())[0]);
    expect(await fleet.ok(["answer", id, "81"])).toContain(
      '"81" is none of the options (80); the agent gets it as it is\n',
    );
    expect(result.parse(await asked)).toEqual({
      content: [{ text: "81" }, { text: "(none of the options that you offered)" }],
      structuredContent: { question: 1, answer: "81", is_option: false },
    });
  });

  it("gives up in time, and says what to do; the same without a wait blocks the task", async () => {
    const { id, env } = await held("in vain");
    await using session = await connect(env);
    const vain = await session.call("ask_human", { question: "Who?", timeout: "200ms" });
    expect(vain).toMatch(/There was no answer in time.*ask_human with the same question and wait false/);
    expect(fleetRecord(fleet.issue(id)).questions).toMatchObject([{ text: "Who?", ended: expect.any(String) }]);
    expect(await session.call("ask_human", { question: "Who?", wait: false })).toMatch(/stop now/);
    expect(fleet.issue(id).status).toBe("blocked");
    expect(fleetRecord(fleet.issue(id)).questions).toHaveLength(1);
    await expect(session.call("ask_human", { question: "Who?", timeout: "soon" })).rejects.toThrow(/not a duration/);
  });

  it("a client that cancels, or goes, does not wait any more, and nothing of the server stays", async () => {
    const { id, env } = await held("goes");
    const session = await connect(env);
    const cancel = new AbortController();
    const asked = session.client.callTool({ name: "ask_human", arguments: { question: "One?" } }, undefined, {
      signal: cancel.signal,
    });
    const failed = expect(asked).rejects.toThrow();
    await until("the first wait", () => waitsNow(fleet.dir(id), Date.now())[0]);
    cancel.abort();
    await failed;
    await until("it is given up", () => fleetRecord(fleet.issue(id)).questions?.[0]?.ended);
    const other = session.client.callTool({ name: "ask_human", arguments: { question: "Two?" } });
    const closed = expect(other).rejects.toThrow();
    await until("the second wait", () => waitsNow(fleet.dir(id), Date.now())[0]?.question === "Two?");
    await session.client.close();
    await closed;
    await until("the server's end", () => !isAlive(session.pid));
    expect(waitsNow(fleet.dir(id), Date.now())[0]).toBeUndefined();
  });

  it("two questions at once: each gets its own answer, and the wait lasts until the last", async () => {
    const { id, env } = await held("asks twice");
    await using session = await connect(env);
    const both = ["One?", "Two?"].map((question) => session.call("ask_human", { question, timeout: "1m" }));
    await until("both are there", () => fleetRecord(fleet.issue(id)).questions?.length === 2);
    const [first] = fleetRecord(fleet.issue(id)).questions ?? [];
    await fleet.ok(["answer", id, "-q", "1", `to ${first?.text}`]);
    await until("the other is noted", () => waitsNow(fleet.dir(id), Date.now())[0]?.id !== first?.id);
    expect(await fleet.ok(["questions"])).toContain(`fleet answer ${id} "…"`);
    await fleet.ok(["answer", id, "the other"]);
    const answers = await Promise.all(both);
    expect(answers.sort()).toEqual([`to ${first?.text}`, "the other"].sort());
  });
});

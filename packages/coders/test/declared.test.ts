/** A coder that is written in the configuration alone. */
import { describe, expect, test } from "vitest";
import { declared, readDeclared, type WrittenCoder } from "../src/declared/index.ts";
import { builtInTraits, knownCoders } from "../src/known.ts";
import { builtIn, registry } from "../src/registry.ts";
import { DECLARED, WRITTEN } from "./declared-example.ts";
import { exited, request, run, UNSEEN, verdict } from "./recordings.ts";

const mine = declared("mine", DECLARED);

const LOG = [
  { type: "hello", id: "s-1", model: "big" },
  { type: "thinking", deep: true },
  { type: "item", item: { kind: "said", parts: [{ text: "Writing the file." }] } },
  { type: "begin", call: 7, name: "sh", args: { command: "echo hi" } },
  { type: "end", call: 7, name: "sh", args: { command: "echo hi" }, exit: 0 },
  { type: "end", call: 8, name: "sh", args: { command: "false" }, exit: 1 },
  { type: "bye", failed: false, last: "Done.", tokens: { in: 200, out: 40 }, usd: 0.5 },
].map((line) => JSON.stringify(line));

function of(written: WrittenCoder) {
  const read = readDeclared("mine", written);
  if (!read.ok) throw new Error(read.problems.join("\n"));
  return declared("mine", read.written);
}

describe("events", () => {
  test("come from the rules", () => {
    expect(run(mine, LOG).facts).toEqual({
      session: "s-1",
      model: "big",
      toolsFinished: 2,
      toolsOk: 1,
      toolsUntold: 0,
      toolsOpen: [],
      lastAction: "sh: false",
      lastText: "Writing the file.",
      input: 200,
      output: 40,
      costUsd: 0.5,
      background: 0,
      acts: 4,
      errors: 0,
      unrecognised: 0,
      events: 7,
      result: { ok: true, text: "Done.", acts: 4 },
    });
  });

  test("what is not JSON, or does not fit its rule, is unrecognised", () => {
    const { facts } = run(mine, [
      "warning: old version",
      '{"type":"begin"}',
      '{"type":"bye","failed":true,"why":"auth"}',
    ]);
    expect(facts).toMatchObject({ unrecognised: 2, result: { ok: false, cause: "sign-in" } });
  });

  test("a time may be seconds or a date", () => {
    const limit = (resets_at: unknown) => run(mine, [JSON.stringify({ type: "limit", resets_at })]).facts.limit;
    expect(limit(1_795_263_187)).toMatchObject({ state: "rejected", until: "2026-11-21T12:13:07.000Z" });
    expect(limit("2026-11-21T12:13:07Z")).toMatchObject({ until: "2026-11-21T12:13:07.000Z" });
    expect(limit("later")).toEqual({ kind: "limit", state: "rejected", scope: "window", detail: "" });
  });

  test("without rules every line is text", () => {
    const plain = of({ argv: ["echoer"], prompt: "stdin" });
    expect(run(plain, LOG).facts).toMatchObject({ events: 7, lastText: LOG[6] });
    expect(plain.capabilities).toMatchObject({ reportsTools: false, reportsUsage: false, resumes: false });
  });
});

describe("verdict", () => {
  test("by the result, where a rule gives one", () => {
    expect(verdict(mine, LOG, 0)).toEqual({ kind: "completed" });
    expect(verdict(mine, LOG, UNSEEN)).toEqual({ kind: "completed" });
    expect(verdict(mine, LOG.slice(0, 5), 0)).toMatchObject({ kind: "failed" });
    expect(verdict(mine, ['{"type":"bye","failed":true,"last":"full","why":"context-full"}'], 1)).toEqual({
      kind: "failed",
      cause: "context",
      reason: "full",
    });
    expect(verdict(mine, ['{"type":"limit","text":"weekly","resets_at":1795263187}'], 1)).toMatchObject({
      kind: "failed",
      cause: "window",
      until: "2026-11-21T12:13:07.000Z",
    });
  });

  test("by the exit code, where none does", () => {
    const plain = of({ argv: ["echoer"], prompt: "stdin", exit_zero: "done" });
    expect(plain.capabilities.exitZero).toBe("done");
    expect(verdict(plain, ["hello"], 0)).toEqual({ kind: "completed" });
    expect(verdict(plain, ["hello"], 4, "why\n")).toEqual({ kind: "failed", cause: "task", reason: "exit 4: why" });
    expect(plain.classify(exited(127), run(plain, []).facts, "")).toMatchObject({ kind: "spawn-failed" });
  });
});

describe("command", () => {
  const words = (changes: Parameters<typeof request>[0]) => mine.command(request(changes)).args;

  test("drops what has no value, with its flag", () => {
    expect(words({})).toEqual(["exec", "--id=11111111-2222-4333-8444-555555555555", "-p", "Write hi"]);
    expect(words({ model: "big" }).slice(0, 3)).toEqual(["exec", "--model", "big"]);
  });

  test("has a template of its own for a resumed session", () => {
    expect(words({ resume: "s-1" })).toEqual(["resume", "s-1", "-p", "Write hi"]);
  });

  test("leaves the braces of a prompt alone", () => {
    expect(words({ prompt: "write {model} to {session}", model: "big" }).at(-1)).toBe("write {model} to {session}");
  });
});

describe("mistakes are named with their place", () => {
  const problems = (value: unknown) => {
    const read = readDeclared("mine", value);
    return read.ok ? [] : read.problems;
  };
  const rule = { when: { type: "x" }, event: "text", fields: { text: "t" } };

  test.each<[string, unknown, string]>([
    ["not a mapping", "claude", "coders.mine: must be of type object"],
    ["argv missing", { prompt: "stdin" }, "coders.mine.argv: is missing (array)"],
    ["empty argv", { ...WRITTEN, argv: [] }, "coders.mine.argv: must begin with the command to start"],
    ["list first", { ...WRITTEN, argv: [["x"]] }, "coders.mine.argv: must begin with the command to start"],
    ["number", { ...WRITTEN, argv: ["x", 3] }, "coders.mine.argv[1]: must be of type string or array"],
    [
      "placeholder",
      { ...WRITTEN, argv: ["x", "{modle}"] },
      "coders.mine.argv[1]: has a placeholder that is none of {prompt} {prompt_file} {model} {session} {scratch} {cwd}",
    ],
    ["prompt", { ...WRITTEN, prompt: "mail" }, "coders.mine.prompt: must be stdin or argument or script"],
    ["unknown setting", { ...WRITTEN, colour: 1 }, "coders.mine.colour: no such setting"],
    [
      "prompt nowhere",
      { argv: ["x"], prompt: "argument" },
      "coders.mine.argv: needs {prompt} or {prompt_file} for prompt: argument",
    ],
    ["script nowhere", { argv: ["sh"], prompt: "script" }, "coders.mine.argv: needs {prompt_file} for prompt: script"],
    ["resume without session", { ...WRITTEN, resume: ["x"] }, "coders.mine.resume: needs {session}"],
    [
      "event",
      { ...WRITTEN, events: [rule, rule, { ...rule, event: "tool-done" }] },
      "coders.mine.events[2].event: must be session-started or text or tool-started or tool-finished or usage or limit or question or waiting or background or result or error",
    ],
    [
      "field",
      { ...WRITTEN, events: [{ ...rule, fields: { text: "t", colour: "c" } }] },
      "coders.mine.events[0].fields.colour: is not a field of text (text)",
    ],
    [
      "missing field",
      { ...WRITTEN, events: [{ ...rule, fields: {} }] },
      "coders.mine.events[0].fields: text needs text",
    ],
  ])("%s", (_, value, problem) => {
    expect(problems(value)).toContain(problem);
  });

  test("the example has none", () => expect(problems(WRITTEN)).toEqual([]));
});

test("the registry keeps its order, and a declared coder may take a built-in's place", () => {
  expect([...builtIn.keys()]).toEqual(["claude", "codex", "agy", "opencode", "gemini", "shell"]);
  const all = registry({ mine: DECLARED, codex: DECLARED });
  expect([...all.keys()]).toEqual([...builtIn.keys(), "mine"]);
  expect(all.get("codex")?.probe.file).toBe("mycoder");
  for (const [name, coder] of builtIn) expect(coder.name).toBe(name);
});

test("what is known of coders without loading them is what they say themselves", () => {
  expect([...builtInTraits.keys()]).toEqual([...builtIn.keys()]);
  const written = { mine: DECLARED, codex: { ...DECLARED, prompt: "script" as const }, claude: { args: [], wrap: [] } };
  const said = [...registry(written)].map(([name, { capabilities, signIn }]) => [
    name,
    { isScript: capabilities.prompt === "script", needsAccount: signIn({}, "").needsNone !== true },
  ]);
  expect([...knownCoders(written)]).toEqual(said);
});

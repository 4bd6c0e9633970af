/** What every coder keeps, built in or declared: one suite over all of them. */
import { adjusted } from "../src/adjusted.ts";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CAUSES } from "../src/cause.ts";
import type { Classification, Coder } from "../src/coder.ts";
import { registry } from "../src/registry.ts";
import { DECLARED } from "./declared-example.ts";
import { exited, recordings, request, run, UNSEEN } from "./recordings.ts";
import { runs } from "../../kit/test/runs.ts";
import { anyCharacter } from "../../kit/test/characters.ts";

const coders = registry({ mine: DECLARED });

/** Recordings of its own, or of all others: foreign lines are what a wrapper script or a new version prints. */
function logs(coder: Coder): readonly (readonly string[])[] {
  const own = [...recordings(coder.name).values()];
  return own.length > 0
    ? own
    : ["claude", "codex", "opencode", "gemini"].flatMap((name) => [...recordings(name).values()]);
}

const KINDS = new Set(["completed", "spawn-failed", "failed"]);

describe.each([...coders.values()])("$name", (coder) => {
  const all = logs(coder);
  const everyLine = all.flat();

  test("decodes every recorded line, and the same line in the same state to the same", () => {
    for (const log of all) {
      let state = coder.start();
      for (const line of log) {
        const before = structuredClone(state);
        const first = coder.decode(line, state);
        expect(state).toEqual(before);
        expect(coder.decode(line, structuredClone(before))).toEqual(first);
        state = first.state;
      }
      // Plain data: a supervisor may keep it as JSON.
      expect(JSON.parse(JSON.stringify(state))).toEqual(state);
    }
  });

  test("knows every line of its own recordings", () => {
    for (const log of recordings(coder.name).values()) expect(run(coder, log).facts.unrecognised).toBe(0);
  });

  test("takes lines cut anywhere", () => {
    fc.assert(
      fc.property(fc.nat(everyLine.length - 1), fc.double({ min: 0, max: 1, noNaN: true }), (index, share) => {
        const line = everyLine[index] ?? "";
        const torn = line.slice(0, Math.floor(line.length * share));
        const { events } = coder.decode(torn, coder.start());
        expect(events.filter((event) => event.kind === "unrecognised").length).toBeLessThanOrEqual(1);
      }),
      { numRuns: runs(60, 300) },
    );
  });

  test("takes whatever bytes a log holds", () => {
    const bytes = fc.uint8Array({ maxLength: 400 }).map((some) => Buffer.from(some).toString("utf8"));
    fc.assert(
      fc.property(fc.oneof(bytes, fc.string({ unit: anyCharacter }), fc.json()), (line) => {
        const decoded = coder.decode(line, coder.start());
        expect(decoded).toEqual(coder.decode(line, coder.start()));
      }),
      { numRuns: runs(100, 500) },
    );
  });

  test("keeps little of a line of a megabyte", () => {
    const garbage = "\u0000\uD800{".repeat(350_000);
    const nested = "[".repeat(500_000) + "]".repeat(500_000);
    const text = JSON.stringify({ type: "assistant", message: { content: "x".repeat(1_000_000) } });
    for (const line of [garbage, nested, text, "x".repeat(1_000_000)]) {
      const { events, state } = coder.decode(line, coder.start());
      expect(JSON.stringify([events, state]).length).toBeLessThan(200_000);
    }
  });

  test("does not care for fields it does not know", () => {
    for (const log of recordings(coder.name).values()) {
      const more = log.map((line) => JSON.stringify({ zz_new: { deep: [1] }, ...JSON.parse(line), zz_last: null }));
      expect(run(coder, more).events).toEqual(run(coder, log).events);
    }
  });

  test("does not stumble over a changed value of any one field", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), fc.oneof(nasty, fc.jsonValue()), (which, where, at, value) => {
        const log = all[which % all.length] ?? [];
        const index = where % log.length;
        const line: unknown = JSON.parse(log[index] ?? "{}");
        const paths = leaves(line);
        const changed = JSON.stringify(replace(line, paths[at % paths.length] ?? [], value));
        for (const event of run(coder, log.with(index, changed)).events) {
          expect(Object.values(event)).not.toContain(undefined);
          expect(JSON.parse(JSON.stringify(event))).toEqual(event);
        }
      }),
      { numRuns: runs(120, 600) },
    );
  });

  test("classifies any exit of any stream", () => {
    const exits = [UNSEEN, ...[0, 1, 2, 41, 53, 126, 127, 129, 130, 137, 143, 144, 173, 255].map(exited)];
    // An expectation for each, 18 000 of them, would take most of the time.
    const odd: Classification[] = [];
    for (const log of all.slice(0, 60)) {
      for (const cut of [0, Math.floor(log.length / 2), log.length]) {
        const { facts } = run(coder, log.slice(0, cut));
        for (const exit of exits) {
          const found = coder.classify(exit, facts, "noise\nlast words\n");
          const isTold = found.kind === "completed" || /^.{1,300}$/.test(found.reason);
          const isOfCause = found.kind !== "failed" || CAUSES.includes(found.cause);
          if (!KINDS.has(found.kind) || !isTold || !isOfCause) odd.push(found);
        }
      }
    }
    expect(odd).toEqual([]);
  });

  test("is never completed when it was never started", () => {
    const empty = run(coder, []).facts;
    const missing = coder.classify(exited(127), empty, "sh: 1: exec: it: not found\n");
    expect(missing.kind).toBe(coder.capabilities.prompt === "script" ? "failed" : "spawn-failed");
    expect(coder.classify(UNSEEN, empty, "").kind).toBe("failed");
  });

  test("is started without an open standard input, from a prompt of any length", () => {
    for (const length of [10, 99_999, 100_000, 400_000]) {
      const prompt = `${"é".repeat(length / 2)} end-of-prompt`;
      for (const resume of [undefined, "some-session"]) {
        const command = coder.command(request({ prompt, ...(resume === undefined ? {} : { resume }) }));
        expect(["prompt", "null"]).toContain(command.stdin);
        expect(command.stdin === "prompt").toBe(coder.capabilities.prompt === "stdin");
        for (const argument of command.args) expect(Buffer.byteLength(argument)).toBeLessThan(100_000);
        const words = command.args.join(" ");
        if (coder.capabilities.prompt !== "argument") expect(words).not.toContain("end-of-prompt");
        else expect(words).toContain(length < 99_999 ? "end-of-prompt" : "/home/dev/run/prompt.md");
      }
    }
  });

  test("passes an unknown model on, and nothing when there is none", () => {
    const text = (model?: string) => JSON.stringify(coder.command(request(model === undefined ? {} : { model })));
    if (coder.capabilities.prompt !== "script") expect(text("no-such/model-9")).toContain("no-such/model-9");
    expect(text()).not.toContain("model");
  });

  test("resumes a session if it says that it can", () => {
    const words = coder.command(request({ resume: "session-to-go-on-with" })).args;
    expect(words.includes("session-to-go-on-with")).toBe(coder.capabilities.resumes);
  });

  test("hands an MCP server on if it says that it can, with all that the server needs, and nothing otherwise", () => {
    const mcp = {
      name: "fleet",
      command: '/home/dev/.fleet/bin/fleet of "mine"',
      args: ["mcp", "a b"],
      env: { FLEET_TASK_ID: "tt-1", FLEET_HOME: "/home/dev/my \\ home" },
      timeoutMs: 86_400_000,
    };
    const plain = coder.command(request());
    for (const resume of [{}, { resume: "some-session" }]) {
      const { args, env, files, ...rest } = coder.command(request({ mcp, ...resume }));
      const given = [...args, ...Object.values(env), ...Object.values(files ?? {})].join("\n");
      expect(given.includes("tt-1")).toBe(coder.capabilities.takesMcp);
      if (!coder.capabilities.takesMcp) continue;
      for (const part of ["FLEET_HOME", JSON.stringify(mcp.env.FLEET_HOME), JSON.stringify(mcp.command), "86400"])
        expect(given).toContain(part);
      expect(rest).toMatchObject({ file: plain.file, stdin: plain.stdin });
    }
    expect(JSON.stringify(plain)).not.toMatch(/mcp/i);
  });

  test("starts with a person's own flags, behind a person's command, and changes nothing else", () => {
    const plain = coder.command(request());
    const own = { args: ["--mine", ["--at", "{cwd}"], ["--of", "{model}"]], wrap: ["nice", "-n", "{session}"] };
    const { file, args, ...rest } = adjusted(coder, own).command(request());
    const { cwd, sessionId } = request();
    expect([file, ...args.slice(0, 3)]).toEqual(["nice", "-n", sessionId, plain.file]);
    expect(args.join(" ")).toContain(`--mine --at ${cwd}`);
    const left = args.slice(3).filter((word) => !["--mine", "--at", cwd].includes(word));
    expect(left).toEqual(plain.args.filter((word) => word !== cwd));
    expect({ ...rest, file: plain.file, args: plain.args }).toEqual(plain);
    expect(adjusted(coder, { args: [], wrap: [] })).toBe(coder);
  });

  test("puts no secret of the environment into the command", () => {
    const secret = "sk-very-secret";
    const env = { PATH: "/usr/bin", ANTHROPIC_API_KEY: secret, OPENAI_API_KEY: secret, GEMINI_API_KEY: secret };
    expect(JSON.stringify(coder.command(request({ env, root: true, model: "m" })))).not.toContain(secret);
  });
});

/** Names that every object has, and objects that cannot be made a string. */
const nasty = fc.constantFrom("__proto__", "constructor", "toString", "", -1, 1e308, { toString: 1, valueOf: 1 }, [[]]);

type Path = readonly (string | number)[];

function leaves(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...leaves(inner, [...path, key])]);
}

function replace(value: unknown, [step, ...rest]: Path, by: unknown): unknown {
  if (step === undefined) return by;
  if (Array.isArray(value))
    return value.map((inner, index) => (String(index) === step ? replace(inner, rest, by) : inner));
  if (typeof value !== "object" || value === null) return by;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, key === step ? replace(inner, rest, by) : inner]),
  );
}

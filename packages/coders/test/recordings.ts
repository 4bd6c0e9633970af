/** The recorded streams of the real command lines, and runs made of them. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { Classification, Coder, CoderExit, CoderRequest, Counted } from "../src/coder.ts";
import type { CoderEvent } from "../src/events.ts";
import { emptyFacts, type Facts, fold } from "../src/facts.ts";

const ROOT = fileURLToPath(new URL("../../../fixtures/recordings/", import.meta.url));

/** Scenario → lines, of one coder. Empty for a coder that was never recorded. */
export function recordings(coder: string): ReadonlyMap<string, readonly string[]> {
  const there = readdirSync(ROOT).includes(coder);
  const files = there ? readdirSync(`${ROOT}${coder}`).filter((file) => file.endsWith(".jsonl")) : [];
  return new Map(
    files.map((file) => {
      const text = readFileSync(`${ROOT}${coder}/${file}`, "utf8");
      return [file.replace(/\.jsonl$/, ""), text.split("\n").filter((line) => line !== "")];
    }),
  );
}

export function lines(coder: string, scenario: string): readonly string[] {
  const found = recordings(coder).get(scenario);
  if (found === undefined) throw new Error(`no recording ${coder}/${scenario}`);
  return found;
}

export interface Run {
  readonly events: readonly CoderEvent[];
  readonly facts: Facts;
}

export function run(coder: Coder, log: readonly string[], earlier?: Counted, price?: number): Run {
  let state = coder.start(earlier, price);
  let facts = emptyFacts();
  const events: CoderEvent[] = [];
  for (const line of log) {
    const decoded = coder.decode(line, state);
    state = decoded.state;
    events.push(...decoded.events);
    facts = decoded.events.reduce(fold, facts);
  }
  return { events, facts };
}

export const exited = (code: number): CoderExit => ({ kind: "exited", code });
export const UNSEEN: CoderExit = { kind: "unseen" };

export function verdict(coder: Coder, log: readonly string[], exit: CoderExit | number, stderr = ""): Classification {
  return coder.classify(typeof exit === "number" ? exited(exit) : exit, run(coder, log).facts, stderr);
}

export function request(changes: Partial<CoderRequest> = {}): CoderRequest {
  return {
    prompt: "Write hi",
    promptFile: "/home/dev/run/prompt.md",
    cwd: "/home/dev/work",
    sessionId: "11111111-2222-4333-8444-555555555555",
    scratch: "/home/dev/run/scratch",
    env: { PATH: "/usr/bin" },
    root: false,
    ...changes,
  };
}

/** For expectations that something is not there. */
export const NOTHING = { limit: undefined, windows: undefined, result: undefined } as const;

/** Regular expressions, inside an expectation; amounts of money without the last bits of a sum. */
export function matching(expected: object): object {
  return Object.fromEntries(
    Object.entries(expected).map(([name, value]: [string, unknown]) => {
      if (value instanceof RegExp) return [name, expect.stringMatching(value)];
      return [name, name === "costUsd" && typeof value === "number" ? expect.closeTo(value, 9) : value];
    }),
  );
}

/** What the coder's own stream says it did: its tools by name, and the paths they say they wrote. From events.jsonl. */
import { lstatSync } from "node:fs";
import { isAbsolute } from "node:path";

import type { CoderEvent } from "@fleet/coders/events";

import { decodeEvent } from "../records/event-line.ts";
import { eventsPath } from "../records/output.ts";
import { readEnd } from "@fleet/kit/read";
import { writtenByWords } from "./shell-words.ts";
import { isOfServer, isTalk } from "./talk.ts";

interface Tally {
  readonly ok: number;
  readonly failed: number;
  /** Of those that are ok, so many of which their coder would not tell that they failed. */
  readonly untold?: number;
}

/**
 * What its tools show, but for the call that closes the task.
 * some: one ended well · untold: those that ended well may have failed, which their coder does not tell · failed: none ended
 * well · none: none ran · unknown: its coder reports none.
 */
export type Worked = "some" | "untold" | "failed" | "none" | "unknown";

/** A call of a tool that failed, so often. */
interface Failure {
  readonly tool: string;
  /** What it was asked to do, in a line: of a shell its command. */
  readonly what: string;
  readonly times: number;
}

export interface ToolsRan {
  readonly byName: Readonly<Record<string, Tally>>;
  /** Those that failed, the most frequent first. */
  readonly failures?: readonly Failure[];
  readonly written: readonly string[];
  /** What the words of its commands plainly write to, which is less sure than what a tool says of itself. */
  readonly worded: readonly string[];
  /**
   * All that its tools can have written: each names what it writes, or only reads. Undefined where one may have written anything, and
   * where no tool is known.
   */
  readonly told?: readonly string[] | undefined;
  /** What those show that did more than talk to the queue. */
  readonly worked: Exclude<Worked, "unknown">;
}

/** Tools whose words are a command, by the names that coders have for them. */
const SHELL = /bash|shell|exec|command|terminal/i;
/** Characters: a summary as long as this is only the beginning of what it was (coders/summary.ts). */
const CUT_AT = 200;

/** Events are bounded (tail.ts); of one that is longer the end is read. */
const MOST_BYTES = 64 * 1024 * 1024;

/** `most`: bytes, for tests. */
export function toolsRan(dir: string, most = MOST_BYTES): ToolsRan {
  const byName = new Map<string, Tally>();
  const [written, worded] = [new Set<string>(), new Set<string>()];
  const failures = new Map<string, Failure>();
  const ended = { sure: 0, untold: 0, failed: 0 };
  let moved = false;
  const told = new Told();
  const path = eventsPath(dir);
  const text = readEnd(path, most) ?? "";
  const isWhole = (lstatSync(path, { throwIfNoEntry: false })?.size ?? 0) <= most;
  for (const line of text.split("\n")) {
    if (!line.includes('"tool-')) continue;
    const event = decodeEvent(line)?.event;
    if (event?.kind === "tool-started") told.start(event.id);
    if (event?.kind !== "tool-finished") continue;
    told.end(event);
    const { ok, failed, untold = 0 } = byName.get(event.tool) ?? { ok: 0, failed: 0 };
    const unsure = untold + (event.ok && event.untold === true ? 1 : 0);
    byName.set(event.tool, {
      ok: ok + (event.ok ? 1 : 0),
      failed: failed + (event.ok ? 0 : 1),
      ...(unsure === 0 ? {} : { untold: unsure }),
    });
    if (!isTalk(event)) ended[event.ok ? (event.untold === true ? "untold" : "sure") : "failed"]++;
    if (!event.ok) {
      const { tool, summary: what } = event;
      const key = `${tool} ${what}`;
      failures.set(key, { tool, what, times: (failures.get(key)?.times ?? 0) + 1 });
      continue;
    }
    for (const path of event.writes ?? []) written.add(path);
    if (!SHELL.test(event.tool) || event.summary.length >= CUT_AT) continue;
    // Its next calls may be made in another directory.
    const paths = writtenByWords(event.summary);
    for (const path of paths) if (!moved || isAbsolute(path)) worded.add(path);
    moved ||= /\b(?:cd|pushd)\b/.test(event.summary);
  }
  return {
    byName: Object.fromEntries(byName),
    failures: [...failures.values()].toSorted((a, b) => b.times - a.times),
    written: [...written],
    worded: [...worded],
    ...(isWhole ? { told: told.written() } : {}),
    worked: ended.sure > 0 ? "some" : ended.untold > 0 ? "untold" : ended.failed > 0 ? "failed" : "none",
  };
}

type Finished = Extract<CoderEvent, { kind: "tool-finished" }>;

/** What all tools together can have written. */
class Told {
  readonly #open = new Set<string>();
  readonly #written = new Set<string>();
  #isKnown = false;
  #isSure = true;

  start(id: string): void {
    this.#open.add(id);
  }

  end({ id, tool, writes = [], reads }: Finished): void {
    this.#open.delete(id);
    this.#isKnown = true;
    for (const path of writes) this.#written.add(path);
    if (writes.length === 0 && reads !== true && !isOfServer(tool)) this.#isSure = false;
  }

  written(): readonly string[] | undefined {
    return this.#isKnown && this.#isSure && this.#open.size === 0 ? [...this.#written] : undefined;
  }
}

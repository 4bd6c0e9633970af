/**
 * `memories.jsonl` in the tree: what `bd remember` keeps. One line a memory, as beads exports it, sorted by key; beside beads'
 * fields when it was written, and marks of the texts it took the place of. A memory that was forgotten leaves such a line without
 * a text, so that an older export or another home does not bring it back.
 */
import { exactJson, parseExact } from "@fleet/kit/exact-json";
import { crypto } from "@fleet/kit/node";

import { array, is, object, optional, string } from "./shape.ts";
import { byCodeUnit } from "./shard.ts";
import type { Snapshot } from "./snapshot.ts";
import { millis, stamp } from "./time.ts";

const memory = object({ _type: optional(string), key: string, value: string });
const gone = object({ _type: optional(string), key: string, forgotten_at: string });
const marks = array(string);

type Fields = Readonly<Record<string, unknown>>;

/** Undecodable lines are kept, as in the shards. */
export interface Memories {
  readonly values: ReadonlyMap<string, string>;
  /** The other fields of a line, by key: `updated_at`, `replaces`, and those that are not known here; written back. */
  readonly others?: ReadonlyMap<string, Fields>;
  /** What is left of those that were forgotten, by key: `forgotten_at`, `replaces`. */
  readonly forgotten?: ReadonlyMap<string, Fields>;
  readonly kept: readonly string[];
}

export function parseMemories(text: string): Memories {
  const values = new Map<string, string>();
  const others = new Map<string, Fields>();
  const forgotten = new Map<string, Fields>();
  const kept: string[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    let decoded: unknown;
    try {
      decoded = parseExact(line);
    } catch {
      // Not JSON: the line stays, it only is no memory.
    }
    const isKnown = (key: string): boolean => values.has(key) || forgotten.has(key);
    // A second line for a key stays behind the first, which counts.
    if (is(memory, decoded) && !isKnown(decoded.key)) {
      const { _type, key, value, ...unknown } = decoded;
      values.set(key, value);
      if (Object.keys(unknown).length > 0) others.set(key, unknown);
    } else if (is(gone, decoded) && !("value" in decoded) && !isKnown(decoded.key)) {
      const { _type, key, ...rest } = decoded;
      forgotten.set(key, rest);
    } else kept.push(line);
  }
  return { values, others, ...(forgotten.size === 0 ? {} : { forgotten }), kept };
}

export const memoriesOf = (snapshot: Pick<Snapshot, "memoryLines">): Memories => parseMemories(snapshot.memoryLines());

export function encodeMemories({ values, others, forgotten, kept }: Memories): string {
  const lines = [...values].map(([key, value]) => ({ _type: "memory", key, value, ...others?.get(key) }));
  const left = [...(forgotten ?? [])].map(([key, fields]) => ({ _type: "memory", key, ...fields }));
  const sorted = [...lines, ...left].sort((a, b) => byCodeUnit(a.key, b.key));
  return [...sorted.map((line) => exactJson(line)), ...kept].map((line) => `${line}\n`).join("");
}

/** When the memory was written, or forgotten; undefined where nothing says it. */
export function memoryTime(fields: Fields | undefined): string | undefined {
  const time = fields?.["updated_at"] ?? fields?.["forgotten_at"];
  return typeof time === "string" ? time : undefined;
}

const markOf = (value: string): string => crypto().createHash("sha256").update(value).digest("hex").slice(0, 12);

const marksIn = (fields: Fields | undefined): readonly string[] => {
  const replaces = fields?.["replaces"];
  return is(marks, replaces) ? replaces : [];
};

/** Whether these fields say that this text was there before, and was written over or forgotten. */
export const hasReplaced = (fields: Fields | undefined, value: string): boolean =>
  marksIn(fields).includes(markOf(value));

/** Edits of one memory beyond this are forgotten: an export older than that many counts as another text. */
const MOST_MARKS = 16;

/** The marks of both and of this text, without the text that stands now. */
export function replacing(
  sides: readonly (Fields | undefined)[],
  old: string | undefined,
  now: string | undefined,
): { readonly replaces?: readonly string[] } {
  const all = [...new Set([...sides.flatMap(marksIn), ...(old === undefined ? [] : [markOf(old)])])];
  const left = all.filter((mark) => now === undefined || mark !== markOf(now)).slice(-MOST_MARKS);
  return left.length === 0 ? {} : { replaces: left };
}

/** Later than what it takes the place of, whatever the clocks say. */
const later = (fields: Fields | undefined, now: number): string => stamp(Math.max(now, millis(memoryTime(fields)) + 1));

/** With this text under the key, as of `at`: a time, now in milliseconds, or undefined where nobody knows. */
export function withMemory(
  memories: Memories,
  key: string,
  value: string,
  at: string | number | undefined,
  more?: Fields,
): Memories {
  const forgotten = new Map(memories.forgotten);
  const before = memories.others?.get(key) ?? forgotten.get(key);
  forgotten.delete(key);
  const { updated_at: _updated, forgotten_at: _forgotten, replaces: _replaces, ...unknown } = before ?? {};
  const fields = {
    ...unknown,
    ...more,
    ...(at === undefined ? {} : { updated_at: typeof at === "string" ? at : later(before, at) }),
    ...replacing([before], memories.values.get(key), value),
  };
  return {
    ...memories,
    values: new Map([...memories.values, [key, value]]),
    others: new Map([...(memories.others ?? []), [key, fields]]),
    forgotten,
  };
}

/** Without the memory, and with the line that says so. */
export function withoutMemory(memories: Memories, key: string, now: number): Memories {
  const [values, others] = [new Map(memories.values), new Map(memories.others)];
  const [old, before] = [values.get(key), others.get(key)];
  values.delete(key);
  others.delete(key);
  const left = { forgotten_at: later(before, now), ...replacing([before], old, undefined) };
  return { ...memories, values, others, forgotten: new Map([...(memories.forgotten ?? []), [key, left]]) };
}

/** The key of a memory that was given none: its first eight words, at most 60 characters (beads 1.0.5). */
export function slug(text: string): string {
  const words = text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  return words.slice(0, 8).join("-").slice(0, 60).replace(/-+$/, "");
}

/**
 * `memories.jsonl` and the settings in `meta.json`, key by key. A memory that the other side is known to have written over or
 * forgotten is no news; where both sides wrote, not knowing of each other, both texts stay.
 */
import { hasReplaced, type Memories, memoryTime, replacing } from "../memories.ts";
import { FORMAT, type Meta } from "../meta.ts";
import { byCodeUnit } from "../shard.ts";
import { millis } from "../time.ts";
import { canonical, digits, same } from "./canonical.ts";

export interface MergedTexts<T> {
  readonly merged: T;
  /** What a person should know, one line each. */
  readonly said: readonly string[];
}

type Texts = ReadonlyMap<string, unknown>;

/** Which of two concurrent values keeps the key: the longer, then the greater. */
const fuller = (a: unknown, b: unknown): number =>
  canonical(a).length - canonical(b).length || byCodeUnit(canonical(a), canonical(b));

/** `loser` is told of the value that lost its key. Written on one side and removed on the other: it stays. */
function mergeTexts(
  base: Texts,
  ours: Texts,
  theirs: Texts,
  loser: (key: string, value: unknown) => void,
): Map<string, unknown> {
  const merged = new Map<string, unknown>();
  const put = (key: string, value: unknown): void =>
    void (value === undefined ? merged.delete(key) : merged.set(key, value));
  for (const key of [...new Set([...base.keys(), ...ours.keys(), ...theirs.keys()])].sort(byCodeUnit)) {
    const [was, a, b] = [base.get(key), ours.get(key), theirs.get(key)];
    if (same(a, b) || same(b, was)) put(key, a);
    else if (same(a, was)) put(key, b);
    else {
      const [less, more] = fuller(a, b) < 0 ? [a, b] : [b, a];
      put(key, more);
      if (less !== undefined) loser(key, less);
    }
  }
  return merged;
}

type Fields = Readonly<Record<string, unknown>>;

/** What a side knows of a key: a text and its other fields, or, without a text, that it was forgotten. */
interface Entry {
  readonly value?: string;
  readonly fields: Fields | undefined;
}

const entries = ({ values, others, forgotten }: Memories): Map<string, Entry> =>
  new Map<string, Entry>([
    ...[...(forgotten ?? [])].map(([key, fields]): [string, Entry] => [key, { fields }]),
    ...[...values].map(([key, value]): [string, Entry] => [key, { value, fields: others?.get(key) }]),
  ]);

/** True when `a` knows what `b` says, and something newer. */
function follows(a: Entry, b: Entry): boolean {
  if (b.value === undefined)
    return a.value !== undefined && millis(memoryTime(a.fields)) > millis(memoryTime(b.fields));
  return hasReplaced(a.fields, b.value) && millis(memoryTime(a.fields)) >= millis(memoryTime(b.fields));
}

interface Chosen {
  readonly entry: Entry;
  /** A text that nobody has written over, and that has lost the key. */
  readonly second?: Entry;
}

/** Of two that differ, and that both differ from what was there. */
function choose(a: Entry, b: Entry): Chosen {
  if (a.value === b.value) {
    const isLater = (millis(memoryTime(a.fields)) - millis(memoryTime(b.fields)) || fuller(a, b)) >= 0;
    const { value, fields } = isLater ? a : b;
    const both = {
      ...(isLater ? b : a).fields,
      ...fields,
      ...replacing([b.fields, a.fields].sort(fuller), undefined, value),
    };
    return { entry: { ...(value === undefined ? {} : { value }), fields: both } };
  }
  const [first, then] = [follows(a, b), follows(b, a)];
  if (first !== then) return { entry: first ? a : b };
  // Written on one side and forgotten on the other, which did not know of it: it stays.
  if (a.value === undefined || b.value === undefined) return { entry: a.value === undefined ? b : a };
  const [less, more] = fuller(a.value, b.value) < 0 ? [a, b] : [b, a];
  return { entry: more, second: less };
}

export function mergeMemories(base: Memories, ours: Memories, theirs: Memories): MergedTexts<Memories> {
  const [before, a, b] = [entries(base), entries(ours), entries(theirs)];
  const said: string[] = [];
  const values = new Map<string, string>();
  const others = new Map<string, Fields>();
  const forgotten = new Map<string, Fields>();
  const put = (key: string, { value, fields }: Entry): void => {
    if (value === undefined) forgotten.set(key, fields ?? {});
    else {
      values.set(key, value);
      if (fields !== undefined) others.set(key, fields);
    }
  };
  for (const key of [...new Set([...before.keys(), ...a.keys(), ...b.keys()])].sort(byCodeUnit)) {
    const [was, x, y] = [before.get(key), a.get(key), b.get(key)];
    if (same(x, y) || same(y, was)) {
      if (x !== undefined) put(key, x);
    } else if (same(x, was) || x === undefined || y === undefined) {
      const only = same(x, was) ? y : (x ?? y);
      if (only !== undefined) put(key, only);
    } else {
      const { entry, second } = choose(x, y);
      put(key, entry);
      if (second?.value === undefined) continue;
      const name = `${key}-${digits(4, key, canonical(second))}`;
      put(name, second);
      said.push(`memory ${key} was written on both sides: the shorter text is now ${name}`);
    }
  }
  const gone = (line: string): boolean =>
    base.kept.includes(line) && !(ours.kept.includes(line) && theirs.kept.includes(line));
  const kept = [...new Set([...ours.kept, ...theirs.kept])].filter((line) => !gone(line)).sort(byCodeUnit);
  return {
    merged: {
      values,
      ...(others.size > 0 ? { others } : {}),
      ...(forgotten.size > 0 ? { forgotten } : {}),
      kept,
    },
    said,
  };
}

/** The format is the newest of both (a newer one than ours was refused when it was read). */
export function mergeMeta(base: Meta | undefined, ours: Meta, theirs: Meta): MergedTexts<Meta> {
  const said: string[] = [];
  const flat = (meta: Meta | undefined): Texts => {
    const { format: _format, config, ...rest } = meta ?? { format: FORMAT, config: {} };
    return new Map<string, unknown>([
      ...Object.entries(rest).map(([key, value]): [string, unknown] => [`.${key}`, value]),
      ...Object.entries(config).map(([key, value]): [string, unknown] => [`config.${key}`, value]),
    ]);
  };
  const merged = mergeTexts(flat(base), flat(ours), flat(theirs), (key, value) =>
    said.push(`${key.replace(/^\./, "")} was set on both sides: ${JSON.stringify(value)} lost`),
  );
  const config: Record<string, string> = {};
  const rest: Record<string, unknown> = {};
  for (const [key, value] of merged) {
    if (key.startsWith("config.") && typeof value === "string") config[key.slice(7)] = value;
    else rest[key.slice(1)] = value;
  }
  const prefix = merged.get(".prefix");
  return {
    merged: {
      format: Math.max(ours.format, theirs.format),
      ...rest,
      prefix: typeof prefix === "string" ? prefix : ours.prefix,
      config,
    },
    said,
  };
}

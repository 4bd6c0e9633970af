/** `memories.jsonl` and the settings in `meta.json`, key by key: there are no times in them, so where both sides wrote, both stay. */
import type { Memories } from "../memories.ts";
import { FORMAT, type Meta } from "../meta.ts";
import { byCodeUnit } from "../shard.ts";
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

type Packed = readonly [value: string, others: Readonly<Record<string, unknown>> | undefined];

const packed = ({ values, others }: Memories): Map<string, Packed> =>
  new Map([...values].map(([key, value]) => [key, [value, others?.get(key)]]));

export function mergeMemories(base: Memories, ours: Memories, theirs: Memories): MergedTexts<Memories> {
  const [before, a, b] = [packed(base), packed(ours), packed(theirs)];
  const said: string[] = [];
  const also = new Map<string, unknown>();
  const merged = mergeTexts(before, a, b, (key, value) => {
    const second = `${key}-${digits(4, key, canonical(value))}`;
    also.set(second, value);
    said.push(`memory ${key} was written on both sides: the shorter text is now ${second}`);
  });
  const values = new Map<string, string>();
  const others = new Map<string, Readonly<Record<string, unknown>>>();
  const sources = new Map([...before.values(), ...a.values(), ...b.values()].map((one) => [canonical(one), one]));
  for (const [key, value] of [...merged, ...also]) {
    const found = sources.get(canonical(value));
    if (found === undefined) continue;
    values.set(key, found[0]);
    if (found[1] !== undefined) others.set(key, found[1]);
  }
  const gone = (line: string): boolean =>
    base.kept.includes(line) && !(ours.kept.includes(line) && theirs.kept.includes(line));
  const kept = [...new Set([...ours.kept, ...theirs.kept])].filter((line) => !gone(line)).sort(byCodeUnit);
  return { merged: { values, ...(others.size > 0 ? { others } : {}), kept }, said };
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

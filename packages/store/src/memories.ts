/** `memories.jsonl` in the tree: what `bd remember` keeps. One line a memory, as beads exports it, sorted by key. */
import { is, object, optional, string } from "./shape.ts";
import { byCodeUnit } from "./shard.ts";

const memory = object({ _type: optional(string), key: string, value: string });

/** Undecodable lines are kept, as in the shards. */
export interface Memories {
  readonly values: ReadonlyMap<string, string>;
  /** Fields of a line that are not known here, by key; written back. */
  readonly others?: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly kept: readonly string[];
}

export function parseMemories(text: string): Memories {
  const values = new Map<string, string>();
  const others = new Map<string, Readonly<Record<string, unknown>>>();
  const kept: string[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    let decoded: unknown;
    try {
      decoded = JSON.parse(line);
    } catch {
      // Not JSON: the line stays, it only is no memory.
    }
    // A second line for a key stays behind the first, which counts.
    if (!is(memory, decoded) || values.has(decoded.key)) {
      kept.push(line);
      continue;
    }
    const { _type, key, value, ...unknown } = decoded;
    values.set(key, value);
    if (Object.keys(unknown).length > 0) others.set(key, unknown);
  }
  return { values, others, kept };
}

export function encodeMemories(memories: Memories): string {
  const keys = [...memories.values.keys()].sort(byCodeUnit);
  const lines = keys.map((key) =>
    JSON.stringify({ _type: "memory", key, value: memories.values.get(key), ...memories.others?.get(key) }),
  );
  return [...lines, ...memories.kept].map((line) => `${line}\n`).join("");
}

/** The key of a memory that was given none: its first eight words, at most 60 characters (beads 1.0.5). */
export function slug(text: string): string {
  const words = text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  return words.slice(0, 8).join("-").slice(0, 60).replace(/-+$/, "");
}

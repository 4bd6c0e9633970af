/**
 * What an export tells of a value. bd's formats keep whole seconds, bd leaves out a zero that br writes, and br numbers its
 * comments: two values that read alike in an export may be one, and where nothing else tells them apart they are.
 */
import { crypto } from "@fleet/kit/node";
import { isObject } from "@fleet/kit/is-object";

import type { Comment } from "../issue.ts";
import { wholeSeconds } from "../time.ts";
import { canonical } from "./canonical.ts";

const isTime = (name: string): boolean => name.endsWith("_at") || name === "defer_until";

function edgeForm(edge: unknown): unknown {
  if (!isObject(edge)) return edge;
  const { created_at, metadata, thread_id, ...rest } = edge;
  return {
    ...rest,
    ...(typeof created_at === "string" ? { created_at: wholeSeconds(created_at) } : {}),
    metadata: metadata ?? "{}",
    ...(thread_id === "" ? {} : { thread_id }),
  };
}

/** `name` is a register's (registers.ts), or a field's. */
function exportForm(name: string, value: unknown): unknown {
  if (name.startsWith("dependencies.") && Array.isArray(value)) return value.map(edgeForm);
  if (isTime(name)) return typeof value === "string" ? wholeSeconds(value) : value;
  return (name === "compaction_level" || name === "original_size") && value === 0 ? undefined : value;
}

/** Whether an export shows the two alike. */
export const exportsAlike = (name: string, a: unknown, b: unknown): boolean =>
  canonical(exportForm(name, a) ?? null) === canonical(exportForm(name, b) ?? null);

/** Fields as an export shows them, in one text. */
export const fieldsForm = (fields: Readonly<Record<string, unknown>>): string =>
  canonical(Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, exportForm(name, value)])));

/** The number that a comment has in br's format, where ids are numbers: the same one each time. */
export function brCommentId(id: string | number): number {
  if (typeof id === "number") return id;
  return Number.parseInt(crypto().createHash("sha256").update(id).digest("hex").slice(0, 12), 16);
}

/** Whether an export shows the two comments alike; their ids are known to say that they are one. */
export const commentsAlike = (a: Comment, b: Comment): boolean =>
  a.text === b.text &&
  (a.author ?? "") === (b.author ?? "") &&
  wholeSeconds(a.created_at) === wholeSeconds(b.created_at);

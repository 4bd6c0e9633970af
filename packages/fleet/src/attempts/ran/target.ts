/** Where the git commands of an attempt write down what they do. What a person has set for that stays as it is. Pure. */
import * as z from "zod/mini";

import type { Environment } from "@fleet/kit/git/environment";

export const traceTarget = z.discriminatedUnion("kind", [
  /** To a file of the attempt. */
  z.object({ kind: z.literal("own") }),
  /** To a file that the person has set, behind what stood there; `from`: bytes. */
  z.object({ kind: z.literal("file"), path: z.string(), from: z.number() }),
  /** To a directory that the person has set, a file a process. */
  z.object({ kind: z.literal("directory"), path: z.string() }),
  /** Written where it can't be read: a socket, a descriptor. */
  z.object({ kind: z.literal("elsewhere"), value: z.string() }),
]);
export type TraceTarget = z.infer<typeof traceTarget>;

/** The kind of file at the path that a person has set. */
export type Found =
  | { readonly kind: "directory" }
  | { readonly kind: "file"; readonly bytes: number }
  /** Git would make a file of it. */
  | { readonly kind: "absent" }
  | { readonly kind: "else" };

/** `value`: of GIT_TRACE2_EVENT, or of trace2.eventTarget in the person's or the system's configuration. */
export function targetFor(value: string | undefined, look: (path: string) => Found): TraceTarget {
  if (value === undefined || /^(?:0|false|no|off)?$/i.test(value)) return { kind: "own" };
  if (!value.startsWith("/")) return { kind: "elsewhere", value };
  const found = look(value);
  switch (found.kind) {
    case "directory":
      return { kind: "directory", path: value };
    case "file":
      return { kind: "file", path: value, from: found.bytes };
    case "absent":
      return { kind: "file", path: value, from: 0 };
    case "else":
      return { kind: "elsewhere", value };
  }
}

/** How the session ids of all git processes of an attempt begin: in a file of the person's others write, too. */
export const traceMark = (uuid: string): string => `fleet-${uuid}`;

/** `file`: of the attempt. Where it is not used, nothing is said about what git writes: that is the person's. */
export function traceVariables(target: TraceTarget, uuid: string, file: string): Record<string, string> {
  const mark = { GIT_TRACE2_PARENT_SID: traceMark(uuid) };
  if (target.kind !== "own") return mark;
  // Without the file and line of git's own source, and without what git does inside of a command.
  return { ...mark, GIT_TRACE2_EVENT: file, GIT_TRACE2_EVENT_BRIEF: "1", GIT_TRACE2_EVENT_NESTING: "1" };
}

/** The person's setting of it: in the environment first, as git reads it. */
export const traceValue = (env: Environment, configured: string | undefined): string | undefined =>
  env["GIT_TRACE2_EVENT"] ?? configured;

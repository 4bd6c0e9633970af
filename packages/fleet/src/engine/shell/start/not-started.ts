/** Why an attempt was not even tried, in a file beside its fence. */
import { join } from "node:path";
import * as z from "zod/mini";

import { replaceFile } from "@fleet/kit/files";
import { readJson } from "@fleet/kit/json";

import { NOT_STARTED, type NotStarted } from "../../core/not-started.ts";

const FILE = "not-started.json";

const schema = z.object({ kind: z.enum(NOT_STARTED), reason: z.string() });

/** Thrown by whatever keeps an attempt from being tried. */
export class CannotStart extends Error {
  readonly kind: NotStarted["kind"];

  constructor(kind: NotStarted["kind"], reason: string) {
    super(reason);
    this.kind = kind;
  }
}

export function writeNotStarted(dir: string, error: unknown): void {
  const kind = error instanceof CannotStart ? error.kind : "failed";
  const reason = error instanceof Error ? error.message : String(error);
  replaceFile(join(dir, FILE), `${JSON.stringify({ kind, reason })}\n`);
}

export function readNotStarted(dir: string): NotStarted | undefined {
  const read = z.safeParse(schema, readJson(join(dir, FILE)));
  return read.success ? read.data : undefined;
}

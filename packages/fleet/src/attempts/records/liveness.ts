/**
 * liveness.json: the verdict that the supervisor last came to. Only who watches can know it (CPU and growth are differences
 * between two looks), so a command reads it here; it is written when it changes, not on every look.
 */
import { join } from "node:path";
import * as z from "zod/mini";

import { replaceInPlace } from "@fleet/kit/files";
import { readJsonAs } from "@fleet/kit/json";
import { type Redact, redactedJson } from "@fleet/kit/redact";

import { FILES } from "./files.ts";

const since = z.string();
const schema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("working"), since }),
  z.object({ kind: z.literal("limited"), since, by: z.string() }),
  z.object({ kind: z.literal("quiet"), since, doing: z.string(), warned: z.boolean() }),
  z.object({
    kind: z.literal("waiting"),
    since,
    for: z.enum(["permission", "login", "question", "answer"]),
    asks: z.string(),
  }),
  z.object({ kind: z.literal("hung"), since, last: z.string() }),
  z.object({ kind: z.literal("dead"), since }),
]);
/** `since`: RFC 3339; of what it is in, of its silence, or of the verdict. */
export type Shown = z.infer<typeof schema>;

export const LIVENESS_KINDS = [
  "working",
  "limited",
  "quiet",
  "waiting",
  "hung",
  "dead",
] as const satisfies readonly Shown["kind"][];

export const readLiveness = (dir: string): Shown | undefined => readJsonAs(join(dir, FILES.liveness), schema);

/** `redact`: what it asks or did last are a coder's words. */
export const writeLiveness = (dir: string, shown: Shown, redact: Redact): void =>
  replaceInPlace(join(dir, FILES.liveness), redactedJson(shown, redact));

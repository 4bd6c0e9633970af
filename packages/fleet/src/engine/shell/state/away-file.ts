/**
 * Time in which an attempt could do nothing (core/away.ts), for the next supervisor and for commands: a file each in
 * `.git/fleet/away/`, outside of what an attempt is told of, because what stands there lengthens its limits.
 */
import { existsSync } from "node:fs";
import * as z from "zod/mini";

import { gitDirOf } from "@fleet/store/home";
import { bootId } from "@fleet/kit/clock";
import { removeFile, replaceFile } from "@fleet/kit/files";
import { ifReadable } from "@fleet/kit/errors";
import { readJsonAs } from "@fleet/kit/json";

import { list } from "@fleet/kit/list";
import { type Away, NEVER_AWAY } from "../../core/away.ts";
import { statePath } from "./state-file.ts";

const schema = z.object({
  boot: z.string(),
  spans: z.array(z.object({ from: z.number(), to: z.number() })),
  frozen_at: z.nullable(z.number()),
});

const END = ".json";
const pathOf = (home: string, uuid: string): string => statePath(home, "away", `${uuid}${END}`);

/** On the monotonic clock of this boot; none of another one, under which nothing of it lives. */
export function readAway(home: string, uuid: string): Away {
  const read = ifReadable(() => readJsonAs(pathOf(home, uuid), schema));
  return read?.boot === bootId() ? { spans: read.spans, frozenAt: read.frozen_at ?? undefined } : NEVER_AWAY;
}

/** A home that is being deleted is not made again. */
export function writeAway(home: string, uuid: string, { spans, frozenAt }: Away): void {
  if (!existsSync(gitDirOf(home))) return;
  replaceFile(pathOf(home, uuid), `${JSON.stringify({ boot: bootId(), spans, frozen_at: frozenAt ?? null })}\n`);
}

export const removeAway = (home: string, uuid: string): void => removeFile(pathOf(home, uuid));

/** Of attempts that are no longer watched. */
export function tidyAway(home: string, held: ReadonlySet<string>): void {
  for (const name of list(statePath(home, "away")))
    if (!held.has(name.slice(0, -END.length))) removeFile(statePath(home, "away", name));
}

/**
 * Signals from outside that hit attempts and supervisors lately: `.git/fleet/hits.json`. It outlives what was hit: an attempt
 * is judged later than others, or by the next supervisor. One that can't be read says nothing.
 */
import * as z from "zod/mini";

import { replaceInPlace } from "@fleet/kit/files";

import type { Hit } from "../../core/bursts.ts";
import { readState, statePath } from "./state-file.ts";

const schema = z.array(z.object({ who: z.string(), signal: z.string(), at: z.number() }));

/** More than one burst of a large fleet. */
const MOST = 200;

const path = (home: string): string => statePath(home, "hits.json");

export function readHits(home: string): readonly Hit[] {
  const state = readState(path(home), (value) => z.safeParse(schema, value));
  return state.kind === "known" ? state.value : [];
}

export function noteHit(home: string, hit: Hit): void {
  const known = readHits(home);
  if (known.some(({ who, at }) => who === hit.who && at === hit.at)) return;
  replaceInPlace(path(home), `${JSON.stringify([...known, hit].slice(-MOST))}\n`);
}

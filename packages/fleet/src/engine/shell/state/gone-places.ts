/**
 * Places (a container, a machine) of which a person has said that they are gone for good: what ran there counts as dead.
 * One line each in `.git/fleet/gone-places`; it is read only when something of another place is met. The kernel gives the number of
 * a PID namespace again: what began after the person's word is of a new place, as far as one clock tells both times.
 */
import { join } from "node:path";
import * as z from "zod/mini";

import { appendJsonLine, readJsonLines } from "@fleet/kit/lines";
import { isOfThisBoot, placeText } from "@fleet/kit/process/id";
import { gitDirOf } from "@fleet/store/home";

import type { AttemptRecord } from "../../../attempts/records/record.ts";
import { type Started, whereStarted } from "../../../attempts/records/pid-file.ts";

const line = z.object({
  /** As kit/process/id tells it. */
  place: z.string(),
  /** RFC 3339. */
  at: z.string(),
});

const pathOf = (home: string): string => join(gitDirOf(home), "fleet", "gone-places");

/** `began`: when what ran there began, in milliseconds since 1970. */
export const isDeclaredGone = (home: string, place: string, began: number): boolean =>
  goneSince(home, place, began) !== undefined;

/** When the person said it, in milliseconds since 1970. */
function goneSince(home: string, place: string, began: number): number | undefined {
  return readJsonLines(pathOf(home), line)
    .filter((one) => one.place === place)
    .map(({ at }) => Date.parse(at))
    .find((at) => !isOfThisBoot(place) || began <= at);
}

/** The place of an attempt where that is such a one, and since when, in milliseconds since 1970. `boot`: the present one. */
export function gonePlaceOf(
  home: string,
  started: Started & Pick<AttemptRecord, "created_at">,
  boot: string,
): Gone | undefined {
  const { machine } = started;
  if (machine === undefined || whereStarted(started, boot) !== "elsewhere") return undefined;
  const since = goneSince(home, machine, Date.parse(started.created_at));
  return since === undefined ? undefined : { where: placeText(machine), since };
}

interface Gone {
  /** In words. */
  readonly where: string;
  readonly since: number;
}

export function declareGone(home: string, place: string, wall: number): void {
  if (!isDeclaredGone(home, place, wall)) appendJsonLine(pathOf(home), { place, at: new Date(wall).toISOString() });
}

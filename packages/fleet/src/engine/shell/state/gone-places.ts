/**
 * Places (a container, a machine) of which a person has said that they are gone for good: what ran there counts as dead.
 * One line each in `.git/fleet/gone-places`; it is read only when something of another place is met.
 */
import { join } from "node:path";
import * as z from "zod/mini";

import { appendJsonLine, readJsonLines } from "@fleet/kit/lines";
import { placeText } from "@fleet/kit/process/id";
import { gitDirOf } from "@fleet/store/home";

import { type Started, whereStarted } from "../../../attempts/records/record.ts";

const line = z.object({
  /** As kit/process/id tells it. */
  place: z.string(),
  /** RFC 3339. */
  at: z.string(),
});

const pathOf = (home: string): string => join(gitDirOf(home), "fleet", "gone-places");

export const isDeclaredGone = (home: string, place: string): boolean =>
  readJsonLines(pathOf(home), line).some((one) => one.place === place);

/** The place of an attempt, in words, where that is such a one; undefined for every other. `boot`: the present one. */
export function goneWords(home: string, started: Started, boot: string): string | undefined {
  const { machine = "" } = started;
  return whereStarted(started, boot) === "elsewhere" && isDeclaredGone(home, machine) ? placeText(machine) : undefined;
}

export function declareGone(home: string, place: string, wall: number): void {
  if (!isDeclaredGone(home, place)) appendJsonLine(pathOf(home), { place, at: new Date(wall).toISOString() });
}

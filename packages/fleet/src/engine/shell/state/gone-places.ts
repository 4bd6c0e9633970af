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

/** The place of an attempt where that is such a one, and since when, in milliseconds since 1970. `boot`: the present one. */
export function gonePlaceOf(home: string, started: Started, boot: string): Gone | undefined {
  const { machine } = started;
  if (machine === undefined || whereStarted(started, boot) !== "elsewhere") return undefined;
  const said = readJsonLines(pathOf(home), line).find(({ place }) => place === machine);
  return said === undefined ? undefined : { where: placeText(machine), since: Date.parse(said.at) };
}

interface Gone {
  /** In words. */
  readonly where: string;
  readonly since: number;
}

export function declareGone(home: string, place: string, wall: number): void {
  if (!isDeclaredGone(home, place)) appendJsonLine(pathOf(home), { place, at: new Date(wall).toISOString() });
}

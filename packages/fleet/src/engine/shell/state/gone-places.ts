/**
 * Places (a container, a machine) of which a person has said that they are gone for good: what ran there counts as dead.
 * One line each in `.git/fleet/gone-places`; it is read only when something of another place is met.
 */
import { join } from "node:path";
import * as z from "zod/mini";

import { appendJsonLine, readJsonLines } from "@fleet/kit/lines";
import { gitDirOf } from "@fleet/store/home";

const line = z.object({
  /** As kit/process/id tells it. */
  place: z.string(),
  /** RFC 3339. */
  at: z.string(),
});

const pathOf = (home: string): string => join(gitDirOf(home), "fleet", "gone-places");

export const isDeclaredGone = (home: string, place: string): boolean =>
  readJsonLines(pathOf(home), line).some((one) => one.place === place);

export function declareGone(home: string, place: string, wall: number): void {
  if (!isDeclaredGone(home, place)) appendJsonLine(pathOf(home), { place, at: new Date(wall).toISOString() });
}

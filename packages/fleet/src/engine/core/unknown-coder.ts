/** A task that names no coder, or one that exists under no name: a person corrects it, so nothing is tried. Pure. */
import { builtInTraits } from "@fleet/coders/known";
import { nearest } from "@fleet/kit/nearest";

import type { Config } from "../../settings/schema.ts";
import type { Obstacle } from "./reason.ts";

/** What is told of it; nothing where the coder is known. */
export function unknownCoder(coder: string, { coders }: Pick<Config, "coders">): Obstacle[] {
  if (coder === "") return [{ kind: "no-coder" }];
  if (builtInTraits.has(coder) || Object.hasOwn(coders, coder)) return [];
  const meant = nearest(coder, [...builtInTraits.keys(), ...Object.keys(coders)]);
  return [{ kind: "coder-unknown", coder, meant: meant ?? null }];
}

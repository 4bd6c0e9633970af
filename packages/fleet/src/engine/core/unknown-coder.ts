/** A task whose coder exists under no name: a person corrects it, so nothing is tried. Pure. */
import { builtIn } from "@fleet/coders/registry";
import { nearest } from "@fleet/kit/nearest";

import type { Config } from "../../settings/schema.ts";

/** Why there is nothing to start; undefined where the coder is known. */
export function unknownCoder(coder: string, { coders }: Pick<Config, "coders">, task: string): string | undefined {
  if (builtIn.has(coder) || Object.hasOwn(coders, coder)) return undefined;
  const meant = nearest(coder, [...builtIn.keys(), ...Object.keys(coders)]);
  const more = meant === undefined ? " (fleet coders lists them)" : `; did you mean ${meant}`;
  return `there is no coder ${coder}${more}: fleet bd update ${task} --coder ${meant ?? "NAME"}`;
}

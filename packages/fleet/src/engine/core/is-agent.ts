/** Whether a coder is an agent, or runs the task's own words as a script. Pure. */
import { knownCoders } from "@fleet/coders/known";

import type { Config } from "../../settings/schema.ts";

/** Asked of thousands of tasks with the same settings. */
const known = new WeakMap<Config["coders"], ReadonlySet<string>>();

function scriptsIn(coders: Config["coders"]): ReadonlySet<string> {
  const made = known.get(coders);
  if (made !== undefined) return made;
  const scripts = new Set([...knownCoders(coders)].flatMap(([name, { isScript }]) => (isScript ? [name] : [])));
  known.set(coders, scripts);
  return scripts;
}

/** Unknown for one that is no longer in the settings: it may be one. */
export const isAgent = (coder: string, { coders }: Pick<Config, "coders">): boolean => !scriptsIn(coders).has(coder);

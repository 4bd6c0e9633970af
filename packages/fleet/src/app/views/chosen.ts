/** Who works on a task, and how, by the settings of the home and of its project where it says nothing itself. */
import type { Subject } from "@fleet/store/fleet-record";
import { Store } from "@fleet/store/store";

import { effective } from "../../settings/effective/effective.ts";
import { settingsInForce } from "../../settings/in-force.ts";

export interface Chosen {
  readonly coder: string;
  readonly model: string | undefined;
  readonly checks: readonly string[];
}

export function chosenIn(home: string): (task: Subject) => Chosen {
  const { config } = settingsInForce(home, new Store(home));
  return (task) => {
    const { value } = effective(config, task);
    return { coder: value("coder"), model: value("model") ?? undefined, checks: value("checks") };
  };
}

/** For a task in this directory that names neither. */
export const chosenAt = (home: string, cwd: string | undefined): Chosen =>
  chosenIn(home)({ metadata: cwd === undefined ? {} : { cwd } });

/** Which coder gets a task that names none; empty where none does. */
import { Store } from "@fleet/store/store";

import { settingsInForce } from "../settings/in-force.ts";

export function defaultsOf(home: string): { readonly coder: string; readonly model: string | undefined } {
  const { default_coder: coder = "", default_model: model } = settingsInForce(home, new Store(home)).config;
  return { coder, model };
}

export const defaultCoder = (home: string): string => defaultsOf(home).coder;

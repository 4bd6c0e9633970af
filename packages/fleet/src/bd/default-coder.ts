/** Which coder gets a task that names none. */
import { readConfig } from "../settings/file.ts";
import { DEFAULTS } from "../settings/schema.ts";

export function defaultsOf(home: string): { readonly coder: string; readonly model: string | undefined } {
  const read = readConfig(home);
  const { default_coder: coder, default_model: model } = read.ok ? read.config : DEFAULTS;
  return { coder, model };
}

export const defaultCoder = (home: string): string => defaultsOf(home).coder;

/** Which coder gets a task that names none. */
import { readConfig } from "../config/file.ts";
import { DEFAULTS } from "../config/schema.ts";

export function defaultCoder(home: string): string {
  const read = readConfig(home);
  return (read.ok ? read.config : DEFAULTS).default_coder;
}

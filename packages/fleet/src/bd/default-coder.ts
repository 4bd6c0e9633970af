/** Which coder gets a task that names none. */
import { readConfig } from "../settings/file.ts";
import { DEFAULTS } from "../settings/schema.ts";

export function defaultCoder(home: string): string {
  const read = readConfig(home);
  return (read.ok ? read.config : DEFAULTS).default_coder;
}

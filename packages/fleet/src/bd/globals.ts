/** Flags that every verb takes, before or after it (as beads 1.0.5). */
import type { Flags } from "./verb.ts";

export const GLOBALS: Flags = {
  json: { type: "bool", help: "Output in JSON format" },
  actor: { type: "string", help: "Actor name for the record (default: $BEADS_ACTOR, git user.name, $USER)" },
  db: { type: "string", help: "The home to use, a directory (default: $FLEET_HOME, $BEADS_DIR, ~/.fleet)" },
  directory: { type: "string", short: "C", help: "Change to this directory first" },
  quiet: { type: "bool", short: "q", help: "Print less" },
  verbose: { type: "bool", short: "v", help: "Print more" },
  readonly: { type: "bool", help: "Refuse every write" },
  help: { type: "bool", short: "h", help: "Show this help" },
  version: { type: "bool", short: "V", help: "Print the version" },
  // Accepted, because scripts pass them, and ignored: there is no daemon, database or sync here.
  sandbox: { type: "bool", hidden: true, help: "Ignored" },
  global: { type: "bool", hidden: true, help: "Ignored" },
  profile: { type: "bool", hidden: true, help: "Ignored" },
  "ignore-schema-skew": { type: "bool", hidden: true, help: "Ignored" },
  "dolt-auto-commit": { type: "string", hidden: true, help: "Ignored" },
  "no-daemon": { type: "bool", hidden: true, help: "Ignored" },
  "no-db": { type: "bool", hidden: true, help: "Ignored" },
  "no-auto-flush": { type: "bool", hidden: true, help: "Ignored" },
  "no-auto-import": { type: "bool", hidden: true, help: "Ignored" },
  "lock-timeout": { type: "string", hidden: true, help: "Ignored" },
};

/** The environment of git in fleet's own repositories: what every command that reads a home loads, so no more than that. Pure. */
export type Environment = Readonly<Record<string, string | undefined>>;

export type OwnPlace =
  /** A repository of fleet's own: no configuration but its own counts. */
  | "home"
  /** Inside a receive hook of a home, where only variables tell git where the pushed objects are. */
  | "quarantine";

/** Needed by every git: to be found, to find the person's files, and for temporary files. */
const BASIC = /^(?:PATH|HOME|TMPDIR|LD_LIBRARY_PATH|DYLD_\w+|SYSTEMROOT)$/;
const QUARANTINE = /^GIT_(?:DIR|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|QUARANTINE_PATH)$/;

export const isBasic = (name: string): boolean => BASIC.test(name);

/** Neither the person's nor the system's configuration: global hooks, signing and ignores have blocked commits. */
export const OWN_CONFIGURATION = { GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" };

/** The part of the surrounding environment that is kept. */
export function keptOf(around: Environment, keeps: (name: string) => boolean): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(around)) if (value !== undefined && keeps(name)) env[name] = value;
  return env;
}

export const ownEnvironment = (place: OwnPlace, around: Environment): Record<string, string> => ({
  ...keptOf(around, (name) => isBasic(name) || (place === "quarantine" && QUARANTINE.test(name))),
  ...OWN_CONFIGURATION,
  GIT_TERMINAL_PROMPT: "0",
  LC_ALL: "C",
});

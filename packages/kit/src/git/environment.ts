/**
 * Which environment variables git gets. Pure.
 *
 * Two kinds of GIT_* variables: what says *where* (GIT_DIR, GIT_INDEX_FILE, …) belongs to the one command that it was set
 * for: a hook's GIT_DIR once sent a claim into another repository. What says *how* (credentials, proxies, identity) is the
 * person's, and counts for whatever works for that person, agents too.
 */
export type Environment = Readonly<Record<string, string | undefined>>;

export type Place =
  /** A repository of fleet's own: no configuration but its own counts. */
  | "home"
  /** A person's repository, which is only read: the person's configuration counts, and nothing else of the environment. */
  | "person"
  /** A remote, on a person's behalf: as if that person had run git. */
  | "network"
  /** Inside a receive hook of a home, where only variables tell git where the pushed objects are. */
  | "quarantine";

/** The variables of git that say how; `*` stands for any ending. docs/evidence.md lists the same. */
export const GIT_HOW = [
  "GIT_ALLOW_PROTOCOL",
  "GIT_ASKPASS",
  "GIT_AUTHOR_EMAIL",
  "GIT_AUTHOR_NAME",
  "GIT_COMMITTER_EMAIL",
  "GIT_COMMITTER_NAME",
  "GIT_CONFIG_COUNT",
  "GIT_CONFIG_GLOBAL",
  "GIT_CONFIG_KEY_*",
  "GIT_CONFIG_NOSYSTEM",
  "GIT_CONFIG_SYSTEM",
  "GIT_CONFIG_VALUE_*",
  "GIT_CURL_VERBOSE",
  "GIT_DISCOVERY_ACROSS_FILESYSTEM",
  "GIT_HTTP_*",
  "GIT_LFS_SKIP_SMUDGE",
  "GIT_PROTOCOL_FROM_USER",
  "GIT_PROXY_COMMAND",
  "GIT_PROXY_SSL_*",
  "GIT_SSH",
  "GIT_SSH_COMMAND",
  "GIT_SSH_VARIANT",
  "GIT_SSL_*",
  "GIT_TERMINAL_PROMPT",
  "GIT_TRACE*",
] as const;

const patternOf = (names: readonly string[]): RegExp =>
  new RegExp(`^(?:${names.map((name) => name.replace("*", String.raw`\w*`)).join("|")})$`);

const HOW = patternOf(GIT_HOW);

/** Whether this variable tells git where it works, or in any other way concerns only the command it was set for. */
export const saysWhere = (name: string): boolean => name.startsWith("GIT_") && !HOW.test(name);

/** What any git needs to be found, to find the person's files, and to have room. */
const BASIC = ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_*", "SYSTEMROOT"];
const HOME_KEPT = patternOf(BASIC);
/** Which files the person's configuration is in, and what stands beside them. No key of anybody is among these. */
const CONFIGURATION = ["XDG_CONFIG_HOME", "LANG", "GIT_CONFIG_*", "GIT_DISCOVERY_ACROSS_FILESYSTEM"];
const PERSON_KEPT = patternOf([...BASIC, ...CONFIGURATION]);
const QUARANTINE_KEPT = patternOf([
  ...BASIC,
  "GIT_DIR",
  "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_QUARANTINE_PATH",
]);

const keeps: Readonly<Record<Place, (name: string) => boolean>> = {
  home: (name) => HOME_KEPT.test(name),
  person: (name) => PERSON_KEPT.test(name) && !saysWhere(name),
  // A credential helper may need any of what its owner has set.
  network: (name) => !saysWhere(name),
  quarantine: (name) => QUARANTINE_KEPT.test(name),
};

/** Neither the person's nor the system's configuration: global hooks, signing and ignores have blocked commits. */
const OWN_CONFIGURATION = { GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" };
const UNASKED = { GIT_TERMINAL_PROMPT: "0" };

const adds: Readonly<Record<Place, Readonly<Record<string, string>>>> = {
  home: { ...OWN_CONFIGURATION, ...UNASKED },
  person: UNASKED,
  network: {},
  quarantine: { ...OWN_CONFIGURATION, ...UNASKED },
};

/** The whole environment of a git that works in such a place, from the environment around. Its messages are read: in C. */
export function gitEnvironment(place: Place, around: Environment): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(around)) if (value !== undefined && keeps[place](name)) env[name] = value;
  return { ...env, ...adds[place], LC_ALL: "C" };
}

/** An environment without what says where git works: for other programs that may run git. */
export function withoutWhere(around: Environment): Record<string, string> {
  const kept = Object.entries(around).filter(([name]) => !saysWhere(name));
  return Object.fromEntries(kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}

/** Of a command that reads a person's repository through a view (view.ts): what it finds is what the view says. */
export function viewEnvironment(around: Environment, gitDir: string, top: string): Record<string, string> {
  const env = Object.entries(gitEnvironment("person", around)).filter(([name]) => !name.startsWith("GIT_CONFIG_"));
  return {
    ...Object.fromEntries(env),
    ...OWN_CONFIGURATION,
    GIT_DIR: gitDir,
    GIT_WORK_TREE: top,
    // Nothing that is missing is fetched, by whatever program: the remotes are the repository's own.
    GIT_NO_LAZY_FETCH: "1",
    GIT_ALLOW_PROTOCOL: "none",
    GIT_OPTIONAL_LOCKS: "0",
    // What was committed is judged, not what somebody put in its place.
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_GRAFT_FILE: "/dev/null",
  };
}

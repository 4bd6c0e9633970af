/**
 * Which environment variables git gets. Pure.
 *
 * Two kinds of GIT_* variables: what says *where* (GIT_DIR, GIT_INDEX_FILE, …) belongs to the one command that it was set
 * for: a hook's GIT_DIR once sent a claim into another repository. What says *how* (credentials, proxies, identity) is the
 * person's, and counts for whatever works for that person, agents too.
 */
import {
  type Environment,
  isBasic,
  keptOf,
  OWN_CONFIGURATION,
  ownEnvironment,
  type OwnPlace,
} from "./own-environment.ts";

export type { Environment } from "./own-environment.ts";

export type Place =
  | OwnPlace
  /** A person's repository, which is only read: the person's configuration counts, and nothing else of the environment. */
  | "person"
  /** A remote, on a person's behalf: as if that person had run git. */
  | "network";

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

const HOW = new RegExp(`^(?:${GIT_HOW.map((name) => name.replace("*", String.raw`\w*`)).join("|")})$`);

/** Whether this variable tells git where it works, or in any other way concerns only the command it was set for. */
export const saysWhere = (name: string): boolean => name.startsWith("GIT_") && !HOW.test(name);

/** Which files the person's configuration is in, and what stands beside them. No key of anybody is among these. */
const CONFIGURATION = /^(?:XDG_CONFIG_HOME|LANG|GIT_CONFIG_\w+|GIT_DISCOVERY_ACROSS_FILESYSTEM)$/;

const isOfPerson = (name: string): boolean => isBasic(name) || (CONFIGURATION.test(name) && !saysWhere(name));

/** The whole environment of a git that works in such a place, from the environment around. Its messages are read: in C. */
export function gitEnvironment(place: Place, around: Environment): Record<string, string> {
  switch (place) {
    case "home":
    case "quarantine":
      return ownEnvironment(place, around);
    case "person":
      return { ...keptOf(around, isOfPerson), GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };
    case "network":
      // A credential helper may need any of what its owner has set.
      return { ...withoutWhere(around), LC_ALL: "C" };
  }
}

/** An environment without what says where git works: for other programs that may run git. */
export const withoutWhere = (around: Environment): Record<string, string> => keptOf(around, (name) => !saysWhere(name));

/** The environment of a command that reads a person's repository through a view (view.ts). */
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
    // Judge the committed objects, not replacements (git replace).
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_GRAFT_FILE: "/dev/null",
  };
}

/**
 * Git in repositories that fleet makes for itself, and in clones that it makes for others: what the person's configuration
 * says of hooks, of cleaning up and of what else happens beside a command is out of force there.
 */
import { type Environment, gitEnvironment } from "./environment.ts";
import { type Bounds, type GitAnswer, runGit } from "./git.ts";

const OFF: readonly string[] = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.safecrlf=false",
  "gc.auto=0",
  "maintenance.auto=false",
  "commit.gpgSign=false",
  "submodule.recurse=false",
  "fetch.prune=false",
  "fetch.recurseSubmodules=false",
  // An agent's objects are kept as they are, odd authors included; and we don't judge a source's past.
  "fetch.fsckObjects=false",
  "transfer.fsckObjects=false",
  // Objects are asked for by name, which older protocols refuse; from paths, which a person may have forbidden for all.
  "protocol.version=2",
  "protocol.file.allow=always",
  "init.templateDir=",
  "init.defaultRefFormat=files",
];

const OWN_OPTIONS: readonly string[] = ["--no-pager", "--literal-pathspecs", ...OFF.flatMap((one) => ["-c", one])];

export interface OwnObjects {
  readonly env: Environment;
  /** The git directory; none for `init`. */
  readonly gitDir?: string;
  /** Variables that say where (GIT_WORK_TREE, GIT_INDEX_FILE, …). */
  readonly where?: Readonly<Record<string, string>>;
  /**
   * Whose configuration counts beside that of the git directory. own: nobody's · person: of whoever fleet works for, to read a
   * source as they may · checkout: the same, with all of their environment, because filters of theirs run.
   */
  readonly as?: "own" | "person" | "checkout";
}

const PLACES = { own: "home", person: "person", checkout: "network" } as const;

export interface OwnCall {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Such a call, for whoever starts it. */
export function ownCall(args: readonly string[], { env, gitDir, where = {}, as = "own" }: OwnObjects): OwnCall {
  const around = { ...gitEnvironment(PLACES[as], env), GIT_TERMINAL_PROMPT: "0", ...where };
  return { args: [...OWN_OPTIONS, ...args], env: gitDir === undefined ? around : { ...around, GIT_DIR: gitDir } };
}

export async function gitObjects(args: readonly string[], own: OwnObjects, bounds: Bounds = {}): Promise<GitAnswer> {
  const call = ownCall(args, own);
  return await runGit(call.args, call.env, bounds);
}

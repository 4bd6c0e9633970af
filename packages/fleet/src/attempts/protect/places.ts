/**
 * Where what no attempt may change is: files of which programs run later, as somebody else. Hooks and settings of the repository,
 * the person's own settings of git, profiles of the shell, and what a person named.
 */
import { join, resolve } from "node:path";

import { ifReadable } from "@fleet/kit/errors";
import { readText } from "@fleet/kit/read";
import { realPlace } from "@fleet/kit/real-place";

import { PROTECTED } from "../../settings/protect.ts";
import { isUnder } from "../evidence/bounds.ts";
import { riskyKeys } from "./risky-keys.ts";

export interface Places {
  /** Directories of hooks. */
  readonly hooks: readonly string[];
  /** Files of git's configuration. */
  readonly configs: readonly string[];
  /** The top of the working tree. */
  readonly top: string;
  /** Other files, and directories, absolute. */
  readonly paths: readonly string[];
}

/** Profiles of shells, below the home directory. */
const PROFILES = [
  ".profile",
  ".bash_profile",
  ".bash_login",
  ".bashrc",
  ".bash_logout",
  ".bash_aliases",
  ".zshenv",
  ".zprofile",
  ".zshrc",
  ".zlogin",
  ".config/fish/config.fish",
];

interface Around {
  readonly cwd: string;
  readonly top: string;
  /** The git directory that its working trees share, where there is a repository. */
  readonly repository: string | undefined;
  /** The environment of the attempt's processes. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** `protect`: as the settings have it; what is none of their words is a path. */
export function placesOf(protect: readonly string[], { cwd, top, repository, env }: Around): Places {
  const [words, home] = [new Set(protect), env["HOME"]];
  const inHome = (path: string): string => path.replace(/^~(?=\/|$)/, home ?? "~");
  const configs = [...ofPerson(env), ...(repository === undefined ? [] : ofRepository(repository, top))];
  const own = protect.filter((one) => !PROTECTED.some((word) => word === one));
  return {
    hooks: words.has("git-hooks") && repository !== undefined ? hooksIn(repository, top, configs, inHome) : [],
    configs: words.has("git-config") ? configs : [],
    top,
    paths: [
      ...(words.has("shell-profiles") && home !== undefined ? PROFILES.map((name) => join(home, name)) : []),
      ...own.map((path) => resolve(cwd, inHome(path))),
    ],
  };
}

function ofPerson({ HOME, XDG_CONFIG_HOME, GIT_CONFIG_GLOBAL }: Around["env"]): string[] {
  if (GIT_CONFIG_GLOBAL !== undefined) return [GIT_CONFIG_GLOBAL].filter((path) => path.startsWith("/"));
  if (HOME === undefined) return [];
  return [join(HOME, ".gitconfig"), join(XDG_CONFIG_HOME ?? join(HOME, ".config"), "git", "config")];
}

/** The second is of a working tree alone, where the repository has such; of a linked one it is beside its own index. */
function ofRepository(repository: string, top: string): string[] {
  const dot = ifReadable(() => readText(join(top, ".git")));
  const own = dot === undefined ? repository : resolve(top, /^gitdir: (.*)$/m.exec(dot)?.[1] ?? ".git");
  return [join(repository, "config"), join(own, "config.worktree")];
}

/** What is in the working tree is seen as a change of it; where git is told to look elsewhere for hooks, those run. */
function hooksIn(
  repository: string,
  top: string,
  configs: readonly string[],
  inHome: (path: string) => string,
): string[] {
  const set = configs
    .flatMap((path) => riskyKeys(ifReadable(() => readText(path, { links: "follow" })) ?? "")["core.hookspath"] ?? [])
    .at(-1);
  const other = set === undefined || set === "" ? [] : [realPlace(resolve(top, inHome(set)))];
  return [join(repository, "hooks"), ...other.filter((dir) => !isUnder(dir, top))];
}

/**
 * A git directory made by hand, as `git init` makes it without a template: a process less where one waits for each of them. What
 * git finds out about the disk by trying is taken from a repository that git has made on the same one.
 */
import { join } from "node:path";

import { ensureDir, replaceFile } from "../files.ts";
import { configText, type Setting } from "./settings.ts";

const PROBED = /^\s*(filemode|symlinks|ignorecase|precomposeunicode) = (true|false)$/gm;

const local = (key: string, value: string): Setting => ({ scope: "local", key, value });

/** The properties of the disk in a configuration that `git init` wrote. Pure. */
export const diskSettings = (config: string): Setting[] =>
  [...config.matchAll(PROBED)].map(([, name = "", value = ""]) => local(`core.${name}`, value));

/** The answer is its configuration, whose text is in it. */
export function makeGitDir(at: string, format: "sha1" | "sha256", disk: readonly Setting[]): readonly Setting[] {
  for (const dir of ["objects/info", "objects/pack", "refs/heads", "refs/tags"]) ensureDir(join(at, dir));
  const settings = [
    local("core.repositoryformatversion", format === "sha256" ? "1" : "0"),
    ...disk,
    local("core.bare", "false"),
    local("core.logallrefupdates", "true"),
    ...(format === "sha256" ? [local("extensions.objectformat", format)] : []),
  ];
  replaceFile(join(at, "config"), configText(settings), { sync: false, mode: 0o644 });
  return settings;
}

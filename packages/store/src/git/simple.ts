/**
 * simple-git on a home, for what is not on the hot path (it waits 50 ms after a silent command). In its version 4 it
 * refuses --git-dir, any GIT_ variable that is not named, and to run with EDITOR, PAGER and others around; what we pass
 * is our own.
 */
import { type SimpleGit, simpleGit } from "simple-git";

import { bareEnvironment } from "./env.ts";

export function homeGit(gitDir: string): SimpleGit {
  const env = bareEnvironment(process.env);
  return simpleGit({
    baseDir: gitDir,
    allowEnvironment: Object.keys(env).filter((name) => name.startsWith("GIT_")),
    unsafe: { allowUnsafeConfigPaths: true },
  }).env(env);
}

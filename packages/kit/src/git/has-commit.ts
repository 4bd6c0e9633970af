/** Whether a repository has a commit, in its own objects or in those that it borrows. */
import type { Environment } from "./environment.ts";
import { gitObjects } from "./own-objects.ts";

/** False too where git can't tell: whoever asks goes without it then. */
export const hasCommit = async (gitDir: string, commit: string, env: Environment): Promise<boolean> =>
  (await gitObjects(["cat-file", "-e", `${commit}^{commit}`], { env, gitDir })).kind === "ok";

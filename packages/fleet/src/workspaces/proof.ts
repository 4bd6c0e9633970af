/**
 * Whether a workspace is still what was made, asked before every start: its own repository and no other's, on its branch, which
 * has its base, with nothing borrowed from elsewhere. Nothing of the agent's configuration runs.
 */
import { lstatSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

import { gitEnvironment } from "@fleet/kit/git/environment";
import { reasonOf, runGit } from "@fleet/kit/git/git";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { readText } from "@fleet/kit/read";
import { refsIn } from "@fleet/kit/git/refs-in";
import { shellWord } from "@fleet/kit/shell";

import { borrowsFromWhatIsThere } from "./direct.ts";
import type { Making } from "./making.ts";
import type { WorkspaceRecord } from "./record.ts";

/** gone: there is no directory · damaged: it is not what was made; `why` is a sentence with what mends it. */
export type Proof =
  | { readonly kind: "whole" }
  | { readonly kind: "gone" }
  | { readonly kind: "damaged"; readonly why: string };

const damaged = (why: string): Proof => ({ kind: "damaged", why });

export async function prove({ env }: Pick<Making, "env">, record: WorkspaceRecord): Promise<Proof> {
  const { dir, branch, alternates, depot, base, source } = record;
  const dot = join(dir, ".git");
  if (lstatSync(dir, { throwIfNoEntry: false }) === undefined) return { kind: "gone" };
  for (const path of [dir, dot])
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true)
      return damaged(`${path} is not the directory that was made`);
  const around = { ...gitEnvironment("person", env), GIT_CEILING_DIRECTORIES: dirname(dir) };
  const asked = await runGit(
    ["-C", dir, "rev-parse", "--show-toplevel", "--absolute-git-dir", "--git-common-dir"],
    around,
  );
  if (asked.kind !== "ok") return damaged(`${dir} is no repository any more (${reasonOf(asked)})`);
  const [top = "", gitDir = "", common = ""] = asked.stdout.split("\n");
  const real = realpathSync(dir);
  if (top !== real || gitDir !== join(real, ".git") || ![".git", gitDir].includes(common))
    return damaged(`git in ${dir} works in ${top}, with ${gitDir}`);
  if (readText(join(dot, "objects", "info", "alternates")) !== alternates)
    return damaged(`${join(dot, "objects", "info", "alternates")} was changed: it has to say ${alternates.trim()}`);
  const head = (readText(join(dot, "HEAD")) ?? "").trim();
  if (head !== `ref: refs/heads/${branch}`)
    return damaged(`another branch is checked out in ${dir}: git -C ${shellWord(dir)} switch ${branch}`);
  const tip = refsIn(dot).find(({ name }) => name === `refs/heads/${branch}`)?.oid;
  if (tip === undefined)
    return damaged(`${branch} is gone in ${dir}: git -C ${shellWord(dir)} branch ${branch} COMMIT`);
  if (!borrowsFromWhatIsThere(depot))
    return damaged(
      `${source.top}, from which it borrows, is gone or was moved: fleet bd update ID --cwd DIR, where it is now`,
    );
  const where = { GIT_ALTERNATE_OBJECT_DIRECTORIES: join(dot, "objects") };
  const based = await gitObjects(["merge-base", "--is-ancestor", base, tip], { env, gitDir: depot, where });
  if (based.kind === "unavailable")
    return damaged(`it could not be asked whether ${branch} has its base: ${reasonOf(based)}`);
  if (based.kind === "failed")
    return damaged(
      `${branch} in ${dir} no longer has the commit that it began at: git -C ${shellWord(dir)} rebase ${base}`,
    );
  return { kind: "whole" };
}

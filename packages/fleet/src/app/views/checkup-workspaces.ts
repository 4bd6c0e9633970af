/** What `bd doctor` looks at of workspaces and depots: whether work could be lost or not be found. It only looks. */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";

import { ifReadable } from "@fleet/kit/errors";
import { reasonOf } from "@fleet/kit/git/git";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { shellWord } from "@fleet/kit/shell";
import { setting } from "@fleet/store/claims";
import type { Snapshot } from "@fleet/store/snapshot";

import { attemptsOf, list, tasksDir } from "../../attempts/records/paths.ts";
import { readTaken } from "../../attempts/records/taken.ts";
import { leftMoves } from "../../landing/recover.ts";
import { depotsOf, sourceOf } from "../../workspaces/depots.ts";
import { leavingDir, workDir } from "../../workspaces/paths.ts";
import { prove } from "../../workspaces/proof.ts";
import { readWorkspace } from "../../workspaces/record.ts";
import { readConfig } from "../../settings/file.ts";
import type { Check } from "./checkup.ts";

type Env = Readonly<Record<string, string | undefined>>;

const warning = (message: string, fix: string): Check => ({ name: "workspace", status: "warning", message, fix });

/** `deep`: objects are looked at, too. */
export async function workspaceChecks(
  home: string,
  snapshot: Snapshot,
  { env, deep }: { readonly env: Env; readonly deep: boolean },
): Promise<Check[]> {
  if (!existsSync(workDir(home))) return [];
  const settings = readConfig(home);
  // A repository that was moved may be found again in a project.
  const places = settings.ok ? Object.keys(settings.config.projects) : [];
  return [
    ...(await ofWorkspaces(home, env)),
    ...(await ofDepots(home, snapshot, { env, places, deep })),
    ...ofLandings(home),
    ...leftOver(home),
  ];
}

/** One that was ended in the middle may hold a lock of the person's repository. */
const ofLandings = (home: string): Check[] =>
  leftMoves(home).map(({ task, target, source, remote }) =>
    warning(
      `the landing of ${task} on ${target} of ${remote?.name ?? source.top} was ended in the middle`,
      `fleet land ${task}`,
    ),
  );

async function ofWorkspaces(home: string, env: Env): Promise<Check[]> {
  const found: Check[] = [];
  for (const task of list(tasksDir(home))) {
    const record = ifReadable(() => readWorkspace(home, task));
    if (record === undefined || !existsSync(record.dir)) continue;
    const { dir, depot, ready } = record;
    const last = attemptsOf(home, task).at(-1);
    const taken = last === undefined ? undefined : ifReadable(() => readTaken(last.dir));
    if (!existsSync(depot)) {
      const message = `the depot of the workspace of ${task} is gone (${depot}): what it borrowed can't be read`;
      found.push({ name: "workspace", status: "error", message, fix: `a copy of the home can give ${depot} back` });
    } else if (ready) {
      const proof = await prove({ env }, record);
      if (proof.kind === "damaged" || proof.kind === "strayed")
        found.push(warning(`the workspace of ${task} can't be used: ${proof.why}`, `fleet task ${task}`));
    }
    if (taken?.kind === "not-taken" && last !== undefined)
      found.push(
        warning(
          `the work of attempt ${last.n} of ${task} is in ${dir} alone: ${taken.why}`,
          `git -C ${shellWord(dir)} status`,
        ),
      );
  }
  return found;
}

async function ofDepots(
  home: string,
  snapshot: Snapshot,
  { env, places, deep }: { readonly env: Env; readonly places: readonly string[]; readonly deep: boolean },
): Promise<Check[]> {
  const found: Check[] = [];
  const cwds = snapshot.all().flatMap((issue) => setting(issue, "cwd") ?? []);
  for (const depot of depotsOf(home)) {
    const { dir, source } = depot;
    const is = await sourceOf(depot, [...places, ...cwds], env);
    const takeOut = "fleet checkout ID --into DIR";
    if (is.kind === "moved")
      found.push(warning(`the repository ${source} is at ${is.to.commonDir} now`, "fleet gc --yes"));
    else if (is.kind === "several")
      found.push(warning(`the repository ${source} is gone, and ${is.at.join(", ")} have its commits`, takeOut));
    else if (is.kind === "gone")
      found.push(warning(`the repository ${source} is gone; the work of its tasks is in ${dir}`, takeOut));
    if (!deep) continue;
    const asked = await gitObjects(
      ["fsck", "--connectivity-only", "--no-dangling", "--no-progress"],
      { env, gitDir: dir },
      { timeout: FSCK },
    );
    if (asked.kind !== "ok")
      found.push({
        name: "workspace",
        status: "error",
        message: `git fsck in the depot of ${source}: ${reasonOf(asked)}`,
        fix: `git -C ${shellWord(dir)} fsck`,
      });
  }
  return found;
}

/** Milliseconds. */
const FSCK = 300_000;

/** What a killed process left, and what nobody knows. */
function leftOver(home: string): Check[] {
  const leaving = list(leavingDir(home));
  const tasks = new Set(list(tasksDir(home)));
  const strange = list(workDir(home)).filter(
    (name) =>
      !name.startsWith(".") &&
      !/\.git(?:\.lock.*|\.new)?$|^[0-9a-f]{16}\.land(?:\..+)?$/.test(name) &&
      !tasks.has(name),
  );
  return [
    ...(leaving.length === 0
      ? []
      : [warning(`${leaving.length} workspaces are half deleted: ${leaving.join(", ")}`, "fleet gc --yes")]),
    ...strange.map((name) =>
      warning(`${join(workDir(home), basename(name))} is of no task`, `ls ${shellWord(join(workDir(home), name))}`),
    ),
  ];
}

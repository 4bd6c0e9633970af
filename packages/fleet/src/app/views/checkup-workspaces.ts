/** What `bd doctor` looks at of workspaces and depots: whether work could be lost or not be found. It only looks. */
import { counted } from "@fleet/kit/figures";
import { existsSync } from "node:fs";
import { join } from "node:path";

import { ifReadable } from "@fleet/kit/errors";
import { reasonOf } from "@fleet/kit/git/git";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { shellWord } from "@fleet/kit/shell";
import type { Snapshot } from "@fleet/store/snapshot";

import { attemptsOf, tasksDir } from "../../attempts/records/paths.ts";
import { list } from "@fleet/kit/list";
import { readTaken, type TakenRecord } from "../../attempts/records/taken.ts";
import { placesFor } from "../../engine/shell/collect.ts";
import { leftMoves } from "../../landing/recover.ts";
import { takenOffNow } from "../../landing/still-there.ts";
import { depotsOf, sourceOf } from "../../workspaces/depots.ts";
import { leavingDir, makingDir, recordPath, workDir, workspaceDir } from "../../workspaces/paths.ts";
import { prove } from "../../workspaces/proof.ts";
import { readWorkspace, type WorkspaceRecord } from "../../workspaces/record.ts";
import { abandoned } from "../../workspaces/remove.ts";
import { readConfig } from "../../settings/file.ts";
import { takeOutLine } from "../take-out.ts";
import { closedAmong, openAgain, takenOffText } from "./taken-off.ts";
import type { Check } from "./checkup.ts";

type Env = Readonly<Record<string, string | undefined>>;

const warning = (message: string, fix: string): Check => ({ name: "workspace", status: "warning", message, fix });
const error = (message: string, fix: string): Check => ({ name: "workspace", status: "error", message, fix });

/** `deep`: objects are looked at, too. */
export async function workspaceChecks(
  home: string,
  snapshot: Snapshot,
  { env, deep, now }: { readonly env: Env; readonly deep: boolean; readonly now: number },
): Promise<Check[]> {
  if (!existsSync(workDir(home))) return [];
  const settings = readConfig(home);
  // A repository that was moved may be found again in a project.
  const projects = settings.ok ? Object.keys(settings.config.projects) : [];
  return [
    ...(await ofWorkspaces(home, env)),
    ...(await ofDepots(home, snapshot, { env, projects, deep })),
    ...ofLandings(home),
    ...(await ofTargets(home, snapshot, env)),
    ...leftOver(home, now),
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

async function ofTargets(home: string, snapshot: Snapshot, env: Env): Promise<Check[]> {
  const checks: Check[] = [];
  const tell = (message: string, fix: string): void =>
    void checks.push({ name: "landing", status: "warning", message, fix });
  const off = await takenOffNow({ home, env }, ({ message, where = "", mend = "" }) =>
    tell(`whether what landed in ${where} is still on its target can't be seen: ${message}`, mend),
  );
  for (const one of closedAmong(off, snapshot)) tell(takenOffText(one), openAgain(one));
  return checks;
}

async function ofWorkspaces(home: string, env: Env): Promise<Check[]> {
  const found: Check[] = [];
  for (const task of list(tasksDir(home))) {
    const record = ifReadable(() => readWorkspace(home, task));
    const [dir, path] = [workspaceDir(home, task), recordPath(home, task)];
    if (record === undefined && existsSync(dir))
      found.push(
        warning(`nothing is known of the workspace ${dir}: ${path} can't be read`, `ls -l ${shellWord(path)}`),
      );
    if (record !== undefined && existsSync(record.dir)) found.push(...(await ofWorkspace(home, task, { record, env })));
  }
  return found;
}

async function ofWorkspace(
  home: string,
  task: string,
  { record, env }: { readonly record: WorkspaceRecord; readonly env: Env },
): Promise<Check[]> {
  const { dir, depot, ready } = record;
  const found: Check[] = [];
  if (!existsSync(depot))
    found.push(
      error(
        `the depot of the workspace of ${task} is gone (${depot}): what it borrowed can't be read`,
        `git -C ${shellWord(dir)} fsck  # a copy of the home can give ${shellWord(depot)} back`,
      ),
    );
  else if (ready) {
    const proof = await prove({ env }, record);
    if (proof.kind === "damaged" || proof.kind === "strayed")
      found.push(warning(`the workspace of ${task} can't be used: ${proof.why}`, proof.mend ?? `fleet task ${task}`));
  }
  const last = attemptsOf(home, task).at(-1);
  const taken = last === undefined ? undefined : ifReadable(() => readTaken(last.dir));
  const kept = last === undefined || taken === undefined ? "" : notKept(taken, `attempt ${last.n} of ${task}`, dir);
  return kept === "" ? found : [...found, warning(kept, `git -C ${shellWord(dir)} status`)];
}

function notKept(taken: TakenRecord, of: string, dir: string): string {
  if (taken.kind === "not-taken") return `the work of ${of} is in ${dir} alone: ${taken.why}`;
  return taken.left.length === 0 ? "" : `of the work of ${of} is in ${dir} alone: ${taken.left.join("; ")}`;
}

async function ofDepots(
  home: string,
  snapshot: Snapshot,
  { env, projects, deep }: { readonly env: Env; readonly projects: readonly string[]; readonly deep: boolean },
): Promise<Check[]> {
  const found: Check[] = [];
  for (const depot of depotsOf(home)) {
    const { dir, source, unread, attempted } = depot;
    const fsck = `git -C ${shellWord(dir)} fsck --connectivity-only`;
    if (unread.length > 0)
      found.push(error(`refs of the depot of ${source} can't be read: ${unread.join("; ")}`, fsck));
    const is = await sourceOf(depot, placesFor(snapshot, projects, depot), env);
    const [first] = attempted;
    const takeOut = first === undefined ? "fleet gc" : takeOutLine(first);
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
    if (asked.kind !== "ok") found.push(error(`git fsck in the depot of ${source}: ${reasonOf(asked)}`, fsck));
  }
  return found;
}

/** Milliseconds. */
const FSCK = 300_000;

/** Of a workspace, its depot, and the tree in which what lands is built. */
const KNOWN = /^[0-9a-f]{16}\.(?:git|land)(?:\..+)?$/;

/** What a killed process left, and what nobody knows. */
function leftOver(home: string, now: number): Check[] {
  const leaving = list(leavingDir(home));
  const tasks = new Set(list(tasksDir(home)));
  const strange = list(workDir(home)).filter((name) => !name.startsWith(".") && !KNOWN.test(name) && !tasks.has(name));
  const made = abandoned(home, now);
  return [
    ...(leaving.length === 0
      ? []
      : [warning(`${counted(leaving.length, "workspace")} half deleted: ${leaving.join(", ")}`, "fleet gc --yes")]),
    ...(made.length === 0
      ? []
      : [
          warning(
            `a killed process left ${counted(made.length, "directory", "directories")} in ${makingDir(home)}`,
            "fleet gc --yes",
          ),
        ]),
    ...strange.map((name) =>
      warning(`${join(workDir(home), name)} is of no task`, `ls ${shellWord(join(workDir(home), name))}`),
    ),
  ];
}

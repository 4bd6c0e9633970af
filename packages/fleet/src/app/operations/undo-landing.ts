/** Takes what a task landed back from its target; a person then says what becomes of the task. */
import { ifReadable } from "@fleet/kit/errors";
import { shellWord } from "@fleet/kit/shell";
import { fleetRecord } from "@fleet/store/fleet-record";
import type { AttemptRef } from "@fleet/store/decision";
import type { Issue } from "@fleet/store/issue";
import { undoLanding } from "@fleet/store/ops/undo-landing";

import { attemptsOf } from "../../attempts/records/paths.ts";
import { readAttempt } from "../../attempts/records/record.ts";
import { landerOf, landingOf, placeOf } from "../../engine/shell/land/landing-of.ts";
import type { Landing } from "../../landing/land.ts";
import { readLanding, takenOff, writeLanding } from "../../landing/record.ts";
import { undo, type UndoEnd } from "../../landing/undo.ts";
import { readWorkspace } from "../../workspaces/record.ts";
import { CommandError } from "../errors.ts";
import type { Fleet } from "../open.ts";
import { landingAround } from "./land.ts";

export interface Undone {
  readonly id: string;
  readonly title: string;
  /** The commit that took it back; null where somebody had taken it off the target. */
  readonly commit: string | null;
  /** Those that had its work, oldest first. */
  readonly of: readonly string[];
  readonly target: string;
  /** The top of the repository. */
  readonly repository: string;
  /** An earlier undo had done it: nothing was moved. */
  readonly was_there: boolean;
  /** Of the task: it waits for approval again. */
  readonly status: string;
}

export async function undoLanded(fleet: Fleet, named: string): Promise<Undone> {
  await fleet.allow({ kind: "command", words: "fleet land" });
  const issue = fleet.find(named);
  const { id, title } = issue;
  const workspace = readWorkspace(fleet.home, id);
  if (workspace === undefined) throw notLanded(id);
  const { pull } = fleetRecord(issue);
  if (pull !== undefined && readLanding(fleet.home, id).landed === undefined)
    throw new CommandError(
      `what ${id} landed by its pull request is taken back there: ${pull.url}`,
      `gh pr view --web ${shellWord(pull.url)}`,
    );
  const around = await landingAround(fleet);
  const landing = await landingOf(around, issue, workspace);
  const left: string[] = [];
  const end = await undo(landerOf(around, landing, fleet.now, { tell: (what) => void left.push(what) }), landing);
  const by = await fleet.actor();
  for (const what of left) await fleet.told("land", what, { task: id, by });
  if (end.kind === "taken-off") return await wasTakenOff(fleet, issue, landing, end.commit);
  if (end.kind !== "undone") throw notUndone(landing, end);
  const { commit, of, wasThere: was_there } = end;
  const { target } = landing;
  const repository = placeOf(landing);
  const undone = { id, title, commit, of, target, repository, was_there };
  const { undo: known } = readLanding(fleet.home, id);
  // What became of the task since is not for an undo that is long over.
  if (was_there && known?.told === true) return { ...undone, status: issue.status };
  const act = await fleet.act();
  const attempt = lastAttempt(fleet.home, id);
  const opened = await fleet.store.transact(act, (now) => undoLanding(now, act, { id, attempt, commit, target }));
  await fleet.told("land", `taken back from ${target} of ${repository} as ${commit}`, { task: id, by });
  // Read again: once the task is open, it may have been landed by somebody else.
  const latest = readLanding(fleet.home, id);
  if (known !== undefined && latest.undo?.candidate === known.candidate)
    writeLanding(fleet.home, id, { ...latest, undo: { ...latest.undo, told: true } });
  return { ...undone, status: opened.status };
}

/** Nothing is moved: its task is a person's to decide on again, as after an undo. */
async function wasTakenOff(fleet: Fleet, issue: Issue, landing: Landing, was: string): Promise<Undone> {
  const { home, store } = fleet;
  const { id, title } = issue;
  const { target } = landing;
  const repository = placeOf(landing);
  if (issue.status !== "closed") throw notLanded(id);
  const act = await fleet.act();
  const attempt = lastAttempt(home, id);
  const opened = await store.transact(act, (now) => undoLanding(now, act, { id, attempt, commit: null, target }));
  const record = readLanding(home, id);
  const head = record.landed?.head ?? landing.head;
  writeLanding(home, id, takenOff(record, head, new Date(fleet.now()).toISOString()));
  await fleet.told("land", `was taken off ${target} of ${repository}, where it was as ${was}`, {
    task: id,
    by: await fleet.actor(),
  });
  return { id, title, commit: null, of: [was], target, repository, was_there: true, status: opened.status };
}

function lastAttempt(home: string, id: string): AttemptRef {
  const last = attemptsOf(home, id).at(-1);
  const record = last === undefined ? undefined : ifReadable(() => readAttempt(last.dir));
  return { n: last?.n ?? 0, uuid: record?.uuid ?? "" };
}

const notLanded = (id: string): CommandError =>
  new CommandError(`nothing of ${id} has landed, or it was reset away`, `fleet task ${id}`);

function notUndone(landing: Landing, end: Exclude<UndoEnd, { kind: "undone" | "taken-off" }>): CommandError {
  const { task: id, target, source } = landing;
  const place = `${target} of ${placeOf(landing)}`;
  const byHand = (revert: readonly string[]): string => `git -C ${shellWord(source.top)} revert ${revert.join(" ")}`;
  switch (end.kind) {
    case "not-landed":
      return notLanded(id);
    case "conflict":
      return new CommandError(
        `what came to ${place} since ${id} conflicts with taking it back, in ${end.files.join(", ")}`,
        byHand(end.revert),
      );
    case "red":
      return new CommandError(
        `without ${id} the check \`${end.command}\` fails on ${place} (${end.how}):\n${end.output.trimEnd()}`,
        byHand(end.revert),
      );
    case "nothing-new":
      return new CommandError(`${place} has nothing of ${id} any more`, `fleet task ${id} diff`);
    case "wait":
    case "refused":
      return new CommandError(`${id} was not taken back: ${end.why}`, `fleet land ${id} --undo`);
  }
}

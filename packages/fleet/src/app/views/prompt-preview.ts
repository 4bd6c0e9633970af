/** What the next attempt of a task would be told. */
import { join } from "node:path";

import { ifReadable } from "@fleet/kit/errors";
import { setting } from "@fleet/store/task-settings";
import { fleetRecord } from "@fleet/store/fleet-record";
import type { Issue } from "@fleet/store/issue";

import { askedOf } from "../../attempts/evidence/asked.ts";
import { attemptsOf } from "../../attempts/records/paths.ts";
import { coderOf } from "../../engine/core/tasks.ts";
import { coderNamed } from "../../engine/shell/loop/context.ts";
import { CannotStart } from "../../engine/shell/start/not-started.ts";
import { promptText } from "../../engine/shell/start/prompt-for.ts";
import { readWorkspace } from "../../workspaces/record.ts";
import { CommandError } from "../errors.ts";
import type { Fleet } from "../open.ts";
import { settled } from "../settings/settled.ts";

export interface PromptPreview {
  readonly id: string;
  /** Its number, as it will be. */
  readonly attempt: number;
  readonly coder: string;
  readonly text: string;
}

export async function promptPreview({ home, settings }: Fleet, issue: Issue): Promise<PromptPreview> {
  const config = settled(await settings());
  const name = coderOf(issue, config);
  const coder = coderNamed(config, name);
  if (coder === undefined)
    throw new CommandError(`${issue.id} has no coder yet`, `fleet bd update ${issue.id} --coder NAME`);
  const attempt = (fleetRecord(issue).attempts ?? 0) + 1;
  // Its number is not known before it starts.
  const whom = { actor: `${name}/…`, attempt, earlier: attemptsOf(home, issue.id) };
  // A clone is made when an attempt starts; until then the directory of the task is all that is known.
  const workspace = ifReadable(() => readWorkspace(home, issue.id));
  const cwd = workspace === undefined ? (setting(issue, "cwd") ?? "") : join(workspace.dir, workspace.below);
  const told = { coder, cwd, workspace, asked: askedOf(issue, config) };
  try {
    return { id: issue.id, attempt, coder: name, text: promptText({ home, config: () => config }, issue, told, whom) };
  } catch (error) {
    if (error instanceof CannotStart) throw new CommandError(error.message, "fleet help prompt");
    throw error;
  }
}

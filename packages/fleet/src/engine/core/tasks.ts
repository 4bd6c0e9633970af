/** From the store to what could be dispatched, in the order of dispatch. */
import { fleetRecord, isRecordUnknown, setting } from "@fleet/store/claims";
import { byDispatch, Graph } from "@fleet/store/graph";
import type { HeldHere } from "@fleet/store/held-here";
import type { Issue } from "@fleet/store/issue";
import type { Snapshot } from "@fleet/store/snapshot";
import { CONTAINERS } from "@fleet/store/status";
import { millis } from "@fleet/store/time";

import type { Config } from "../../settings/schema.ts";
import { dueAt } from "./backoff.ts";
import { unknownCoder } from "./unknown-coder.ts";
import type { TaskView } from "./world.ts";

export const coderOf = (issue: Issue, config: Config): string => setting(issue, "coder") ?? config.default_coder;

/** The model a task asks for; the default one belongs to the default coder only. */
export function modelOf(issue: Issue, config: Config): string | undefined {
  const named = setting(issue, "model");
  if (named !== undefined) return named;
  return coderOf(issue, config) === config.default_coder ? config.default_model : undefined;
}

/** Where its coder is looked for, as breaker.ts tells one place from another. */
export function lookedIn(issue: Issue, config: Config): string {
  const [file = ""] = config.coders[coderOf(issue, config)]?.argv ?? [];
  const isRelative = typeof file === "string" && file.includes("/") && !file.startsWith("/");
  return isRelative ? cwdOf(issue) : (setting(issue, "path") ?? "");
}

/** The account of the session that the next attempt may resume. */
export const sessionAccount = (issue: Issue): string | undefined => fleetRecord(issue).session_account;

/** Empty where the task has none (it came from elsewhere): it waits for a person to give it one. */
export const cwdOf = (issue: Issue): string => setting(issue, "cwd") ?? "";

/** `held`: what waits to be trusted by this home. */
export function dispatchable(snapshot: Snapshot, config: Config, now: number, held: HeldHere): TaskView[] {
  return new Graph(snapshot)
    .ready({ now, held })
    .filter(
      (issue) =>
        cwdOf(issue) !== "" &&
        !CONTAINERS.has(issue.issue_type) &&
        (issue.assignee ?? "") === "" &&
        !isRecordUnknown(issue) &&
        fleetRecord(issue).attempt === undefined &&
        unknownCoder(coderOf(issue, config), config, issue.id) === undefined,
    )
    .sort(byDispatch)
    .map((issue) => ({
      id: issue.id,
      coder: coderOf(issue, config),
      path: lookedIn(issue, config),
      cwd: cwdOf(issue),
      notBefore: dueAt(config, millis(fleetRecord(issue).not_before), now),
      sessionAccount: sessionAccount(issue),
    }));
}

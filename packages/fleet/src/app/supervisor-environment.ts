/**
 * With what environment a supervisor is started: the shell's, without what an attempt may have left in it. An agent may start
 * none (cli.ts); where it did so unseen, the secrets of its account would reach every later attempt. Pure.
 */
import { MARK } from "../attempts/process/marks.ts";

const SECRETS = "FLEET_SECRETS";
const OF_ATTEMPT = [MARK, "FLEET_TASK_ID", "FLEET_SUBREAPER", "BEADS_ACTOR", SECRETS];

export function supervisorEnvironment(around: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const dropped = new Set([...OF_ATTEMPT, ...(around[SECRETS] ?? "").split(" ")]);
  return Object.fromEntries(
    Object.entries(around).flatMap(([name, value]) =>
      value === undefined || dropped.has(name) ? [] : [[name, value]],
    ),
  );
}

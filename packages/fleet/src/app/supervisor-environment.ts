/**
 * With what environment a supervisor is started. From inside an attempt (an agent runs `fleet run restart`) it is not that
 * attempt's: what it has would reach every later one, the secrets of its account first of all. Pure.
 */
import { MARK } from "../attempts/process/marks.ts";
import { inherited } from "../engine/core/inherited.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** `before`: that of the supervisor which is followed, where it can be told. */
export function supervisorEnvironment(around: Environment, before: Environment | undefined): Record<string, string> {
  const isInside = (around[MARK] ?? "") !== "";
  if (isInside && before === undefined) {
    const { TMPDIR: _, ...rest } = around;
    return inherited(rest, secretsIn(around));
  }
  const base = isInside && before !== undefined ? before : around;
  const dropped = new Set([...OF_ATTEMPT, ...secretsIn(base)]);
  return Object.fromEntries(
    Object.entries(base).flatMap(([name, value]) => (value === undefined || dropped.has(name) ? [] : [[name, value]])),
  );
}

const SECRETS = "FLEET_SECRETS";
const OF_ATTEMPT = [MARK, "FLEET_TASK_ID", "FLEET_SUBREAPER", "BEADS_ACTOR", SECRETS];

/** Variables that hold a secret of one account. */
const secretsIn = (env: Environment): ReadonlySet<string> => new Set((env[SECRETS] ?? "").split(" ").filter(Boolean));

/** Needed by every part of the supervisor's shell: the home, the store, the clocks, the settings in force. */
import { registry } from "@fleet/coders/registry";
import type { Coder } from "@fleet/coders/coder";
import type { Act } from "@fleet/store/decision";
import type { Store } from "@fleet/store/store";

import type { Ledger } from "../accounts/ledger.ts";
import { redactor } from "../accounts/redact.ts";
import type { Cgroups } from "../../../attempts/process/cgroup.ts";
import type { Redact } from "@fleet/kit/redact";
import type { Clock } from "@fleet/kit/clock";
import type { Config } from "../../../settings/schema.ts";
import type { Tuning } from "../../../settings/tuning.ts";
import { accountOf, type Attempt } from "../../core/attempt.ts";
import type { Journal } from "../state/journal.ts";

export interface Context {
  readonly home: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly journal: Journal;
  /** Today's spending. */
  readonly ledger: Ledger;
  /** The environment children start from. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The command that runs this fleet: node and fleet.js. */
  readonly self: readonly string[];
  readonly uuid: { readonly v4: () => string; readonly v7: () => string };
  /** A number in [0, 1), for jitter. */
  readonly random: () => number;
  readonly config: () => Config;
  readonly tuning: Tuning;
  /**
   * Told of an error that came of doing something: true where the machine was short of something, which is said for the whole
   * fleet then, and is nobody else's trouble. Only a supervisor has one.
   */
  readonly short?: (error: unknown, about: string) => boolean;
  /** Where new attempts get their cgroups; only a supervisor has one. */
  readonly cgroups?: Cgroups;
}

const SUPERVISOR = "fleet";

/** The supervisor acting in its own name. */
export function act(context: Context): Act {
  return { actor: SUPERVISOR, email: "fleet@localhost", now: context.clock.wall(), uuid: context.uuid.v7 };
}

export { attemptName as attemptActor } from "@fleet/store/claims";

export function coderNamed(config: Config, name: string): Coder | undefined {
  return registry(config.coders).get(name);
}

/** For what is written down of an attempt: its account's secrets are not. */
export const redactorFor = ({ config, env }: Pick<Context, "config" | "env">, attempt: Attempt): Redact =>
  redactor(config(), { coder: attempt.coderName, account: accountOf(attempt) }, env);

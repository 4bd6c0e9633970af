/** What the settings say of accounts, checked against what the coders can do: a cap that can't be measured is refused. Pure. */
import type { Coder } from "@fleet/coders/coder";
import { registry } from "@fleet/coders/registry";

import type { Config } from "../schema.ts";
import { written } from "./accounts.ts";
import type { DailyCap } from "./schema.ts";

function unmeasured(cap: DailyCap | undefined, coder: Coder, place: string): string[] {
  const { reportsCost, reportsUsage } = coder.capabilities;
  return [
    ...(cap?.usd !== undefined && !reportsCost ? [`${place}.usd: ${coder.name} does not report its cost`] : []),
    ...(cap?.tokens !== undefined && !reportsUsage
      ? [`${place}.tokens: ${coder.name} does not report its tokens`]
      : []),
  ].map((problem) => `${problem}, so this cap could not be kept; leave it out`);
}

/** One line for each thing that is wrong. */
export function accountProblems(config: Config): string[] {
  const coders = registry(config.coders);
  const accounts = written(config);
  const own = accounts.flatMap(({ name, coder: coderName, env, secrets, daily }) => {
    const place = `accounts.${name}`;
    const coder = coders.get(coderName);
    if (coder === undefined) return [`${place}.coder: there is no coder ${coderName} (fleet coders lists them)`];
    const twice = Object.keys(secrets).filter((variable) => variable in env);
    return [
      ...(name !== coderName && coders.has(name)
        ? [`${place}: that is the name of another coder; give the account a name of its own`]
        : []),
      ...twice.map((variable) => `${place}: ${variable} is set under env and under secrets`),
      ...unmeasured(daily, coder, `${place}.daily`),
    ];
  });
  const inUse = new Set([config.default_coder, ...accounts.map((account) => account.coder)]);
  const fleet = [...inUse].flatMap((name) => {
    const coder = coders.get(name ?? "");
    // A coder without an account costs nothing.
    return coder === undefined || coder.signIn({}, "").needsNone === true
      ? []
      : unmeasured(config.daily, coder, "daily");
  });
  return [...own, ...fleet];
}

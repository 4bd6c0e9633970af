/** A limit is kept or refused, never ignored: what a coder does not report can't be limited. Pure. */
import type { Capabilities } from "@fleet/coders/coder";

import type { LimitName, Limits } from "./limits.ts";

function reported(name: LimitName, capabilities: Capabilities): boolean {
  switch (name) {
    case "timeout":
    case "idle":
      return true;
    case "turns":
      return capabilities.reportsTurns;
    case "tokens":
      return capabilities.reportsUsage;
    case "usd":
      return capabilities.reportsCost;
  }
}

const WHAT: Readonly<Record<LimitName, string>> = {
  timeout: "time",
  idle: "silence",
  turns: "turns",
  tokens: "tokens",
  usd: "cost",
};

export interface Unmeasured {
  readonly limit: LimitName;
  /** In words. */
  readonly why: string;
}

/** The limits that this coder could not be held to. */
export function unmeasured(
  limits: Limits,
  coder: { readonly name: string; readonly capabilities: Capabilities },
): Unmeasured[] {
  const names: readonly LimitName[] = ["turns", "tokens", "usd"];
  return names
    .filter((name) => limits[name] !== undefined && !reported(name, coder.capabilities))
    .map((limit) => ({
      limit,
      why: `${coder.name} does not report its ${WHAT[limit]}, so this limit could not be kept`,
    }));
}

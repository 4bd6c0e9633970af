/** Every setting that holds for a task, and where it was said: `fleet config show --effective ID`. */
import type { Issue } from "@fleet/store/issue";

import { asWritten } from "../../settings/as-written.ts";
import { effective, type Setting, type Source } from "../../settings/effective/effective.ts";
import { RULES, type Name } from "../../settings/effective/rules.ts";
import type { Config } from "../../settings/schema.ts";

export interface EffectiveRow {
  readonly name: string;
  /** As a person would write it; null for none. */
  readonly value: unknown;
  readonly from: Source["kind"];
  /** The project's directory or the coder's name, where it was said of one. */
  readonly of: string | null;
  /** Its name in config.yaml, or in the task's metadata; null for a default. */
  readonly at: string | null;
}

export interface EffectiveView {
  readonly id: string;
  readonly settings: readonly EffectiveRow[];
  /** What is written on the task and can't be understood. */
  readonly problems: readonly string[];
}

const isName = (name: string): name is Name => Object.hasOwn(RULES, name);

export function effectiveView(config: Config, issue: Issue): EffectiveView {
  const chosen = effective(config, issue);
  const { limits, liveness } = chosen.problems;
  return {
    id: issue.id,
    settings: [
      ...Object.keys(RULES).flatMap((name) => (isName(name) ? [row(name, chosen.of(name))] : [])),
      ...[...chosen.env()].map(([variable, said]) => row(`env.${variable}`, said)),
    ],
    problems: [...limits.map((problem) => `limits: ${problem}`), ...liveness],
  };
}

function row(name: string, { value, from, at }: Setting<unknown>): EffectiveRow {
  const of = from.kind === "project" ? from.project : from.kind === "coder" ? from.coder : null;
  const shown = name.startsWith("env.") ? value : asWritten(name, value);
  return { name, value: shown === "" ? null : shown, from: from.kind, of, at };
}

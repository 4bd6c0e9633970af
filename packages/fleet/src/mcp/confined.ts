/**
 * A task that an attempt makes through MCP is a part of its own work: it runs where its own task runs, with the coder, the
 * model and the checks of its own task. Anything else is asked of a person. Pure.
 */
import { setting, settingValue } from "@fleet/store/task-settings";
import type { Issue } from "@fleet/store/issue";
import * as z from "zod";

import { CommandError } from "../app/errors.ts";

const chosen = z.looseObject({
  coder: z.string().optional(),
  model: z.string().optional(),
  check: z.array(z.string()).optional(),
});

/** What the attempt's own task says of how it runs; `coder` and `model` of the home's settings where it names none. */
export interface Own {
  readonly cwd: string;
  readonly coder: string | undefined;
  readonly model: string | undefined;
  readonly checks: readonly string[];
  readonly defaults: { readonly coder: string; readonly model: string | undefined };
}

export function ownOf(issue: Issue, cwd: string, defaults: Own["defaults"]): Own {
  const checks = z.array(z.string()).safeParse(settingValue(issue, "checks"));
  return {
    cwd: setting(issue, "cwd") ?? cwd,
    coder: setting(issue, "coder"),
    model: setting(issue, "model"),
    checks: checks.success ? checks.data : [],
    defaults,
  };
}

/** The flags that a `create` from inside gets; refuses what its own task does not have. */
export function confined(given: unknown, own: Own): string[] {
  const { coder, model, check = [] } = chosen.parse(given);
  const [ownCoder, ownModel] = [own.coder ?? own.defaults.coder, own.model ?? own.defaults.model];
  const other = [
    ...(coder === undefined || coder === ownCoder ? [] : [`the coder ${coder} (its own is ${ownCoder})`]),
    ...(model === undefined || model === ownModel ? [] : [`the model ${model}`]),
    ...check.filter((one) => !own.checks.includes(one)).map((one) => `the check ${JSON.stringify(one)}`),
  ];
  if (other.length > 0)
    throw new CommandError(
      `a task made by an attempt runs as the attempt's own task does, not with ${other.join(", ")}`,
      "leave that out, and ask a person for it: ask_human",
    );
  return [
    `--cwd=${own.cwd}`,
    ...(own.coder === undefined ? [] : [`--coder=${own.coder}`]),
    ...(own.model === undefined ? [] : [`--model=${own.model}`]),
  ];
}

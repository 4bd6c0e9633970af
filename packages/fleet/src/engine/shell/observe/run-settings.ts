/** The settings of a running attempt; computed again only when its task or the settings change. */
import type { Issue } from "@fleet/store/issue";

import { effective, type Effective } from "../../../settings/effective/effective.ts";
import { type Thresholds, thresholdsOf } from "../../../settings/effective/thresholds.ts";
import type { Config } from "../../../settings/schema.ts";
import { coderNameOf } from "../../core/attempt.ts";
import type { Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";

export interface RunSettings {
  readonly thresholds: Thresholds;
  /** In bytes; undefined where there is none. */
  readonly logCap: number | undefined;
  readonly contextThreshold: number;
  /** Why thresholds that are written on the task are not kept. */
  readonly problem: string | undefined;
}

/** The settings, and what they were computed from. */
export interface FoundSettings extends RunSettings {
  readonly config: Config;
  readonly issue: Issue | undefined;
  readonly coder: string;
}

/** Where its task can't be read, its directory still says in which project it works. */
export const settingsOf = ({ config }: Pick<Context, "config">, handle: Handle, issue: Issue | undefined): Effective =>
  effective(config(), issue ?? { metadata: { cwd: handle.cwd } }, coderNameOf(handle));

export function runSettings(
  context: Pick<Context, "config" | "tuning">,
  handle: Handle,
  issue: Issue | undefined,
): RunSettings {
  const { open } = handle;
  const [known, config, coder] = [open.settings, context.config(), coderNameOf(handle)];
  if (known?.config === config && known.issue === issue && known.coder === coder) return known;
  const chosen = settingsOf(context, handle, issue);
  const problems = chosen.problems.liveness;
  const found: FoundSettings = {
    config,
    issue,
    coder,
    thresholds: thresholdsOf(chosen, context.tuning),
    logCap: chosen.value("log_cap") ?? undefined,
    contextThreshold: chosen.value("context_threshold"),
    problem: problems.length === 0 ? undefined : problems.join("; "),
  };
  open.settings = found;
  return found;
}

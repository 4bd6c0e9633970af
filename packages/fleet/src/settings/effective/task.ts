/** What a task says of how it is to run, decoded once: what a person set under its `metadata`. Pure. */
import { setting, settingValue, type TaskSetting } from "@fleet/store/task-settings";
import type { Subject } from "@fleet/store/fleet-record";
import { parseDuration } from "@fleet/kit/duration";

import { type EvidenceLevel, isEvidenceLevel } from "../evidence.ts";
import { isIsolation, type Isolation } from "../isolation.ts";
import { type Read, readLimits } from "../limits/read.ts";
import { type LivenessName, LIVENESS } from "../liveness.ts";
import { isReviewBy, type ReviewBy } from "../review.ts";
import { isWorkBase, type WorkBase } from "../work-base.ts";

export interface OwnSettings {
  readonly coder: string | undefined;
  readonly model: string | undefined;
  /** Undefined where nothing is said that means something. */
  readonly isolate: Isolation | undefined;
  readonly base: WorkBase | undefined;
  readonly checks: readonly string[] | undefined;
  readonly protect: readonly string[] | undefined;
  readonly evidence: EvidenceLevel | undefined;
  readonly review: ReviewBy | undefined;
  readonly limits: Extract<Read, { ok: true }>;
  readonly liveness: Readonly<Partial<Record<LivenessName, number>>>;
  readonly problems: {
    /** What is no limit: it is not "no limit", so nothing may start on it. */
    readonly limits: readonly string[];
    /** What is no duration, in words; the setting around it holds instead. */
    readonly liveness: readonly string[];
  };
}

/** A list that a person wrote; one text is a list of one. Undefined where there is none. */
export function listed(task: Subject, name: TaskSetting): string[] | undefined {
  const value = settingValue(task, name);
  if (typeof value === "string") return value.trim() === "" ? [] : [value];
  if (!Array.isArray(value)) return undefined;
  return value.filter((one): one is string => typeof one === "string" && one.trim() !== "");
}

/** Each part is read when it is first asked for: most of what asks wants the coder alone, of thousands of tasks. */
export function ownSettings(task: Subject): OwnSettings {
  let limits: Read | undefined;
  const readLimitsOnce = (): Read => (limits ??= readLimits(settingValue(task, "limits")));
  let liveness: ReturnType<typeof livenessOf> | undefined;
  const readLivenessOnce = (): ReturnType<typeof livenessOf> => (liveness ??= livenessOf(task));
  return {
    get coder() {
      return setting(task, "coder");
    },
    get model() {
      return setting(task, "model");
    },
    get base() {
      const value = settingValue(task, "base");
      return isWorkBase(value) ? value : undefined;
    },
    get isolate() {
      const value = settingValue(task, "isolate");
      return isIsolation(value) ? value : undefined;
    },
    get checks() {
      return listed(task, "checks");
    },
    get protect() {
      return listed(task, "protect");
    },
    get evidence() {
      const value = settingValue(task, "evidence");
      return isEvidenceLevel(value) ? value : undefined;
    },
    get review() {
      const value = settingValue(task, "review");
      return isReviewBy(value) ? value : undefined;
    },
    get limits() {
      const read = readLimitsOnce();
      return read.ok ? read : NOTHING;
    },
    get liveness() {
      return readLivenessOnce().own;
    },
    problems: {
      get limits() {
        const read = readLimitsOnce();
        return read.ok ? [] : read.problems;
      },
      get liveness() {
        return readLivenessOnce().problems;
      },
    },
  };
}

const NOTHING: Extract<Read, { ok: true }> = { ok: true, limits: {}, lifted: [] };

function livenessOf(task: Subject): { readonly own: OwnSettings["liveness"]; readonly problems: readonly string[] } {
  const own: { [name in LivenessName]?: number } = {};
  const problems: string[] = [];
  for (const name of LIVENESS) {
    const value = settingValue(task, name);
    if (typeof value !== "string" && typeof value !== "number") continue;
    const millis = parseDuration(value);
    if (millis === undefined)
      problems.push(`${name}=${value} of the task is not a duration (90s, 10m, 2h), so it is not used`);
    else own[name] = millis;
  }
  return { own, problems };
}

/**
 * What follows from how a pull request stands: merged closes the task, closed asks a person, and what reviewers say and which checks
 * fail comes back as one piece of work, each of it once and not without end. Pure.
 */
import { counted } from "@fleet/kit/figures";
import { landingOf, openPullOf } from "@fleet/store/claims";
import type { Graph } from "@fleet/store/graph";
import type { Issue } from "@fleet/store/issue";

import { effective } from "../../settings/effective/effective.ts";
import type { Config } from "../../settings/schema.ts";

/** Its work is accepted, and a pull request for it is to be opened without anybody's asking (`land: auto`, `via: pr`). */
export function opensPull(issue: Issue, config: Config): boolean {
  if (landingOf(issue) === undefined || openPullOf(issue) !== undefined) return false;
  const { value } = effective(config, issue);
  return value("land") === "auto" && value("via") === "pr";
}

/** Tasks whose pull request is to be opened now: one that builds on others comes after them, or it would include their work. */
export const pullsToOpen = (live: Iterable<Issue>, config: Config, graph: () => Graph): Issue[] =>
  [...live].filter((issue) => opensPull(issue, config) && !graph().isBlocked(issue));

export interface PullSeen {
  readonly state: "open" | "merged" | "closed";
  /** The commit of the target that has it, once it is merged. */
  readonly merged: string | undefined;
  readonly head: string;
  /** The present name of its branch there; undefined if gh does not say. */
  readonly branch: string | undefined;
  readonly comments: readonly {
    readonly id: string;
    readonly by: string;
    readonly text: string;
    /** `src/a.ts:12`; undefined for one on the whole. */
    readonly on: string | undefined;
  }[];
  readonly checks: readonly {
    readonly name: string;
    readonly verdict: "passed" | "failed" | "pending";
    readonly url: string;
  }[];
}

export interface PullKnown {
  /** The commit that was pushed before the last one. */
  readonly was?: string | undefined;
  /** Keys of what was sent back already. */
  readonly told: readonly string[];
  /** How often it was. */
  readonly rounds: number;
}

export type PullStep =
  | { readonly kind: "merged"; readonly commit: string | undefined }
  /** With what was pushed before: what was accepted since is not in it. */
  | { readonly kind: "merged-before"; readonly commit: string | undefined }
  /** It was closed without a merge. */
  | { readonly kind: "closed" }
  /** `words`: what the next attempt is told; `keys`: of what is in it. */
  | { readonly kind: "rework"; readonly words: string; readonly by: string; readonly keys: readonly string[] }
  /** There is more to do, and it came back as often as it may: a person decides. */
  | { readonly kind: "capped"; readonly words: string; readonly keys: readonly string[] }
  | { readonly kind: "wait"; readonly why: string };

export function pullStep(seen: PullSeen, { was, told, rounds }: PullKnown, most: number): PullStep {
  if (seen.state === "merged") return { kind: seen.head === was ? "merged-before" : "merged", commit: seen.merged };
  if (seen.state === "closed") return { kind: "closed" };
  const known = new Set(told);
  const comments = seen.comments.filter(({ id, text }) => text.trim() !== "" && !known.has(commentKey(id)));
  const failed = seen.checks.filter(
    ({ name, verdict }) => verdict === "failed" && !known.has(checkKey(name, seen.head)),
  );
  if (comments.length + failed.length === 0) return { kind: "wait", why: waitsFor(seen) };
  const keys = [...comments.map(({ id }) => commentKey(id)), ...failed.map(({ name }) => checkKey(name, seen.head))];
  const words = [
    ...comments.map(({ by, on, text }) => `${by}${on === undefined ? "" : ` on ${on}`}: ${text.trim()}`),
    ...failed.map(({ name, url }) => `the check ${name} failed${url === "" ? "" : `: ${url}`}`),
  ].join("\n\n");
  if (rounds >= most) return { kind: "capped", words, keys };
  const by = [...new Set([...comments.map((one) => one.by), ...(failed.length === 0 ? [] : ["checks"])])].join(", ");
  return { kind: "rework", words, by, keys };
}

/** The same comment twice is one; the same check fails anew on another commit. */
const commentKey = (id: string): string => `comment ${id}`;
const checkKey = (name: string, head: string): string => `check ${name} ${head}`;

function waitsFor({ checks }: PullSeen): string {
  const pending = checks.filter(({ verdict }) => verdict === "pending").length;
  const red = checks.filter(({ verdict }) => verdict === "failed").length;
  if (pending > 0) return `${pending} of ${counted(checks.length, "check")} ${pending === 1 ? "is" : "are"} running`;
  return red > 0
    ? `${red} of ${counted(checks.length, "check")} ${red === 1 ? "fails" : "fail"}, as was reported`
    : "not merged yet";
}

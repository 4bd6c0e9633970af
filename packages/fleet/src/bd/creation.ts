/** From the arguments of create and q to the store's input. */
import { realpathSync, statSync } from "node:fs";
import { isAbsolute } from "node:path";

import { patternTrouble } from "@fleet/kit/glob";
import { setting } from "@fleet/store/task-settings";
import type { Creation } from "@fleet/store/ops/create";
import { EDGE_TYPES, isKnownEdgeType } from "@fleet/store/status";

import { fromCwd } from "../app/cwd.ts";
import {
  EVIDENCE_LEVELS,
  isEvidenceLevel,
  ISOLATIONS,
  isReviewBy,
  mergedLimits,
  REVIEWS,
  WORK_BASES,
} from "../app/task-settings.ts";
import type { Args } from "./args.ts";
import type { Ctx } from "./context.ts";
import { Refusal } from "./errors.ts";
import { checkLimits, LIMIT_FLAGS, limitsGiven } from "./limits-given.ts";
import { nearest } from "@fleet/kit/nearest";
import { placeIn } from "./place-given.ts";
import { checkScope } from "./scope-given.ts";
import type { Flags } from "./verb.ts";

/** fleet's own fields of a task. */
export const FLEET_FLAGS: Flags = {
  coder: { type: "string", help: "Coder to use (claude, codex, …; default: the setting default_coder)" },
  model: { type: "string", help: "Model to use" },
  cwd: { type: "string", help: "Directory to work in (default: the current one)" },
  isolate: {
    type: "string",
    values: ISOLATIONS,
    help: "clone: work in a private clone of the repository; none: in the directory (default: the setting isolate)",
  },
  base: {
    type: "string",
    values: WORK_BASES,
    help: "Where the work in a clone begins: head, fresh (the remote's branch, fetched), needs (default: the setting base)",
  },
  target: { type: "string", help: "Branch that the work in a clone is for (default: the one checked out)" },
  check: { type: "array", help: "Command that must pass before the task is done (repeatable)" },
  prove: { type: "array", help: "Command that fails before the work and must pass after it (repeatable)" },
  expect: { type: "array", help: "Result that must exist: commit, path:GLOB, answer, answer:FILE (repeatable)" },
  allow: { type: "array", help: "Paths that may be changed, and no others: 'src/**' (repeatable)" },
  deny: { type: "array", help: "Paths that may not be changed (repeatable)" },
  touches: {
    type: "array",
    help: "Paths that it will probably change; limits nothing, see the setting same_files (repeatable)",
  },
  "check-paths": { type: "array", help: "Paths that the checks depend on: an edit of them is sent back (repeatable)" },
  evidence: {
    type: "string",
    values: EVIDENCE_LEVELS,
    help: "Proof that a completion claim needs: activity, change, check (default: the setting evidence)",
  },
  review: {
    type: "string",
    values: REVIEWS,
    help: "person: its work waits until a person has approved it; none (default: the setting review)",
  },
  protect: {
    type: "array",
    help: "What it must never change, whatever --allow says: git-hooks, git-config, shell-profiles, a path (repeatable)",
  },
  "tests-are-work": { type: "bool", help: "Tests are the work: changing nothing but tests is no reason to ask" },
  ...LIMIT_FLAGS,
};

/** Those that only a new task has. */
export const CREATION_FLAGS: Flags = {
  ...FLEET_FLAGS,
  "with-changes": { type: "bool", help: "Begin the work in a clone with what is not committed now" },
};

export type Edge = NonNullable<Creation["edges"]>[number];

/** `--deps`: `id` or `type:id`; `blocks:id` is reversed: the other issue waits for the new one (as beads 1.0.5). */
export function edgeGiven(raw: string): Edge | undefined {
  const text = raw.trim();
  if (text === "") return undefined;
  const colon = text.indexOf(":");
  if (colon < 0 || text.startsWith("external:")) return { to: text, type: "blocks" };
  const type = text.slice(0, colon).trim();
  const to = text.slice(colon + 1).trim();
  if (type === "depends-on" || type === "blocked-by") return { to, type: "blocks" };
  if (type === "blocks") return { to, type, reversed: true };
  if (!isKnownEdgeType(type)) {
    const valid = [...EDGE_TYPES, "depends-on", "blocked-by"].join(", ");
    throw new Refusal(`unknown dependency type ${JSON.stringify(type)}; valid types: ${valid}`);
  }
  return { to, type };
}

export const GATES = ["all-children", "any-children"];

export function waitsForGiven(args: Args): Edge | undefined {
  const to = (args.text("waits-for") ?? "").trim();
  if (to === "") return undefined;
  const gate = args.text("waits-for-gate") || "all-children";
  if (!GATES.includes(gate))
    throw new Refusal(`invalid --waits-for-gate value ${JSON.stringify(gate)} (valid: ${GATES.join(", ")})`);
  return { to, type: "waits-for", metadata: JSON.stringify({ gate }) };
}

export async function coderGiven(ctx: Ctx, args: Args): Promise<string | undefined> {
  const coder = args.text("coder");
  if (coder === undefined || coder === "") return undefined;
  const { coderNames, isMissing } = await import("../app/coder-names.ts");
  const known = await coderNames(ctx.home);
  if (known.includes(coder)) {
    if (isMissing(coder, ctx.io.env["PATH"]))
      ctx.warn(
        `⚠ ${coder} is not on the PATH of this shell, with which it will be started: fleet coders says how to install it`,
      );
    return coder;
  }
  const meant = nearest(coder, known);
  throw new Refusal(`unknown coder ${JSON.stringify(coder)} (choose from: ${known.join(", ")})`, {
    hint: meant === undefined ? "fleet coders" : `did you mean --coder ${meant}?`,
  });
}

export function directoryGiven(ctx: Ctx, args: Args): string {
  const given = args.text("cwd");
  const path = fromCwd(ctx.io, given, given === undefined ? "name one: --cwd DIR" : undefined);
  try {
    const real = realpathSync(path);
    if (statSync(real).isDirectory()) return real;
  } catch (error) {
    if (given !== undefined) throw new Refusal(`--cwd ${given}: there is no directory ${path}`, { cause: error });
    // The shell's own directory was deleted: keep the task, with the path where it was meant to run.
    return path;
  }
  throw new Refusal(`--cwd ${given ?? path}: ${path} is not a directory`);
}

/** The task's requirements, under their names in `metadata`; an empty `--check ""` means no checks at all. */
export function askedGiven(args: Args): Record<string, readonly string[]> {
  const given = {
    checks: "check",
    prove: "prove",
    expect: "expect",
    allow: "allow",
    deny: "deny",
    touches: "touches",
    check_paths: "check-paths",
    protect: "protect",
  };
  const asked = Object.entries(given)
    .filter(([, flag]) => args.has(flag))
    .map(([key, flag]) => [key, args.texts(flag).filter((one) => one.trim() !== "")] as const);
  for (const value of args.texts("expect")) {
    if (value.trim() === "") continue;
    const trouble = expectTrouble(value);
    if (trouble !== undefined) throw new Refusal(trouble);
  }
  for (const path of args.texts("protect"))
    if (/[*?]/.test(path)) throw new Refusal(`--protect: ${path} is a pattern; name a file or a directory`);
  for (const flag of ["allow", "deny", "touches", "check-paths"])
    for (const pattern of args.texts(flag)) {
      const trouble = patternTrouble(pattern);
      if (trouble !== undefined) throw new Refusal(`--${flag}: ${trouble}`);
    }
  return Object.fromEntries(asked);
}

/** The grade that its claim must have; an empty text sets none. */
export function evidenceGiven(args: Args): Record<string, string> {
  const level = args.text("evidence");
  if (level === undefined || level === "") return {};
  if (!isEvidenceLevel(level))
    throw new Refusal(
      `--evidence: unknown level ${JSON.stringify(level)} (choose from: ${EVIDENCE_LEVELS.join(", ")})`,
    );
  return { evidence: level };
}

/** Whether a person reviews its work first; an empty text sets nothing. */
export function reviewGiven(args: Args): Record<string, string> {
  const by = args.text("review");
  if (by === undefined || by === "") return {};
  if (!isReviewBy(by)) throw new Refusal(`--review ${by}: choose from ${REVIEWS.join(", ")}`);
  return { review: by };
}

/** The task's work is to write tests. */
export const testsGiven = (args: Args): Record<string, boolean> =>
  args.has("tests-are-work") ? { tests_are_work: args.flag("tests-are-work") } : {};

export interface TaskMetadata {
  readonly metadata: Record<string, unknown>;
  /** Keys that fleet adds itself; left out of create's answer. */
  readonly hidden: ReadonlySet<string>;
}

/** The task's `metadata`: what was given, and where and with which environment it runs. */
export async function taskMetadata(
  ctx: Ctx,
  args: Args,
  given: Record<string, unknown> | undefined,
): Promise<TaskMetadata> {
  const coder = await coderGiven(ctx, args);
  const model = args.text("model");
  const path = ctx.io.env["PATH"];
  const asked = askedGiven(args);
  const limits = mergedLimits(given?.["limits"], limitsGiven(args));
  const cwd = directoryGiven(ctx, args);
  await checkLimits(ctx, { cwd, ...given, ...(coder === undefined ? {} : { coder }), limits });
  const place = await placeIn(ctx, args, { cwd, ...given });
  const own = {
    cwd,
    ...(path === undefined ? {} : { path }),
    ...(coder === undefined ? {} : { coder }),
    ...(model === undefined || model === "" ? {} : { model }),
    ...place,
    ...asked,
    ...testsGiven(args),
    ...evidenceGiven(args),
    ...reviewGiven(args),
  };
  const explicit = new Set([...Object.keys(given ?? {}), ...(args.has("cwd") ? ["cwd"] : []), "coder", "model"]);
  // Keys of --metadata win, except over a flag of the same name.
  const flagged = Object.fromEntries(
    Object.entries(own).filter(([key]) => args.has(key.replaceAll("_", "-")) || key in asked),
  );
  const hidden = new Set(["cwd", "path", "fleet"].filter((key) => key === "path" || !explicit.has(key)));
  const metadata = { ...own, ...given, ...flagged, ...(limits === undefined ? {} : { limits }) };
  checkScope(metadata);
  return { metadata: await placed(ctx, await asPartOf(ctx, metadata, !explicit.has("cwd"))), hidden };
}

/** With the identity of its directory, which the start compares. */
async function placed(ctx: Ctx, metadata: Record<string, unknown>): Promise<Record<string, unknown>> {
  if (metadata["fleet"] !== undefined) return metadata;
  const { taskPlace } = await import("./task-place.ts");
  const place = await taskPlace(ctx, metadata["cwd"]);
  return place === undefined ? metadata : { ...metadata, fleet: { place } };
}

/** Made inside an attempt, it belongs to that attempt's work. */
async function asPartOf(ctx: Ctx, metadata: Record<string, unknown>, here: boolean): Promise<Record<string, unknown>> {
  const { inside } = await ctx.acting();
  const own = inside === undefined ? undefined : ctx.snapshot().issue(inside.task);
  if (own === undefined) return metadata;
  const [{ withInherited }, { chosenAt }] = await Promise.all([
    import("./inherited.ts"),
    import("../app/views/chosen.ts"),
  ]);
  return withInherited(metadata, own, here, chosenAt(ctx.home, setting(own, "cwd")));
}

/** What is wrong with a value of `--expect`, or undefined. */
export function expectTrouble(value: string): string | undefined {
  if (value === "commit" || value === "answer") return undefined;
  if (/^path:./.test(value)) return patternTrouble(value.slice("path:".length));
  if (/^answer:./.test(value)) return answerTrouble(value.slice("answer:".length));
  return `unknown expectation ${JSON.stringify(value)} (commit, path:GLOB, answer, answer:FILE)`;
}

/** The file is read when the work is done, so it has to be inside of the work's directory. */
const answerTrouble = (file: string): string | undefined =>
  isAbsolute(file) || file.split(/[\\/]/).includes("..")
    ? `the file of an answer is named from the task's directory, and is in it: ${JSON.stringify(file)}`
    : undefined;

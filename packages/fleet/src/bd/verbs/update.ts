import { isBlank } from "@fleet/kit/text";
import { exactNumber } from "@fleet/kit/exact-json";
import type { Act } from "@fleet/store/decision";
import { StoreError } from "@fleet/store/errors";
import type { Issue } from "@fleet/store/issue";
import { type Update, update } from "@fleet/store/ops/update";
import type { Snapshot } from "@fleet/store/snapshot";
import { isStatus, PRIORITIES, type Status, STATUSES, typeOf } from "@fleet/store/status";
import { millis } from "@fleet/store/time";

import { type GivenLimits, isGiven } from "../../app/task-settings.ts";
import type { Args } from "../args.ts";
import type { Ctx } from "../context.ts";
import {
  askedGiven,
  coderGiven,
  directoryGiven,
  evidenceGiven,
  reviewGiven,
  FLEET_FLAGS,
  testsGiven,
} from "../creation.ts";
import { DATE_HELP } from "../date-help.ts";
import { checkUpdate, limitsAfter, limitsGiven } from "../limits-given.ts";
import { isOfHome, Refusal } from "../errors.ts";
import { Failures } from "../failures.ts";
import { priorityGiven } from "../filters.ts";
import { idsOrLast } from "../issues.ts";
import { placeGiven, warnOfPlace } from "../place-given.ts";
import { stopFirst } from "../stop-first.ts";
import { checkScope } from "../scope-given.ts";
import { issueShape } from "../shapes.ts";
import { named } from "../text.ts";
import { TEXT_FIELD_FLAGS, textFieldsGiven } from "../text-fields.ts";
import { metadataGiven } from "../texts.ts";
import { checkTrust, sayTrusted } from "../trusting.ts";
import type { Verb } from "../verb.ts";

function statusGiven(args: Args, snapshot: Snapshot): Status | undefined {
  const status = args.text("status");
  if (status === undefined || isStatus(snapshot.meta, status)) return status;
  throw new Refusal(
    `invalid status ${JSON.stringify(status)} (built-in: ${STATUSES.join(", ")}; or configure custom statuses via 'bd config set status.custom')`,
  );
}

function typeWanted(args: Args, snapshot: Snapshot): string | undefined {
  const written = args.text("type");
  if (written === undefined) return undefined;
  const type = typeOf(snapshot.meta, written);
  if (type !== undefined) return type;
  throw new Refusal(
    `invalid issue type ${JSON.stringify(written)}. Valid types: bug, feature, task, epic, chore, decision (or configure types.custom)`,
  );
}

/** An empty text clears the date. */
async function dateGiven(ctx: Ctx, args: Args, flag: "due" | "defer"): Promise<string | undefined> {
  const text = args.text(flag);
  if (text === undefined || text === "") return text;
  const { dueTrouble, parseDate } = await import("../dates.ts");
  const date = parseDate(text, ctx.now);
  if (date === undefined) throw new Refusal(dueTrouble(flag, text));
  if (flag === "defer" && millis(date) < ctx.now)
    ctx.warn(`⚠ Defer date ${JSON.stringify(text)} is in the past. Issue will appear in bd ready immediately.`);
  return date;
}

/** `key=value`: numbers, booleans and null keep their type, everything else is text. */
function pairOf(pair: string): readonly [string, unknown] {
  const at = pair.indexOf("=");
  if (at <= 0) throw new Refusal(`invalid --set-metadata: expected key=value, got ${JSON.stringify(pair)}`);
  const value = pair.slice(at + 1);
  if (value === "true" || value === "false") return [pair.slice(0, at), value === "true"];
  if (value === "null") return [pair.slice(0, at), null];
  return [pair.slice(0, at), /^-?(0|[1-9]\d{0,14})(\.\d{1,10})?$/.test(value) ? exactNumber(value) : value];
}

async function metadataChange(ctx: Ctx, args: Args): Promise<Pick<Update, "setMetadata" | "unsetMetadata" | "place">> {
  const whole = await metadataGiven(ctx, args);
  const pairs = args.texts("set-metadata").map(pairOf);
  const unset = args.texts("unset-metadata");
  if (whole !== undefined && (pairs.length > 0 || unset.length > 0))
    throw new Refusal("cannot combine --metadata with --set-metadata or --unset-metadata");
  const coder = await coderGiven(ctx, args);
  const model = args.text("model");
  // `--check ""` means no checks, as for create; other empty flags count as absent.
  const asked = Object.entries(askedGiven(args));
  const kept = asked.filter(([key, values]) => key === "checks" || values.length > 0);
  const path = ctx.io.env["PATH"];
  // Setting the directory or the coder also takes over this shell's PATH.
  const isMoved = (args.has("cwd") || coder !== undefined) && path !== undefined;
  const own = {
    ...(isMoved ? { path } : {}),
    ...Object.fromEntries(kept),
    ...testsGiven(args),
    ...evidenceGiven(args),
    ...reviewGiven(args),
    ...placeGiven(args),
    ...(coder === undefined ? {} : { coder }),
    ...(model === undefined || model === "" ? {} : { model }),
    ...(args.has("cwd") ? { cwd: directoryGiven(ctx, args) } : {}),
  };
  // An empty flag removes the setting, as for any other field.
  const cleared = [
    ...["coder", "model", "isolate", "target", "base", "evidence", "review"].filter((name) => args.text(name) === ""),
    ...asked.flatMap((one) => (kept.includes(one) ? [] : [one[0]])),
  ];
  const set = { ...whole, ...Object.fromEntries(pairs), ...own };
  const place = args.has("cwd") ? await placeNow(ctx, set["cwd"]) : undefined;
  return {
    ...(place === undefined ? {} : { place }),
    ...(Object.keys(set).length === 0 ? {} : { setMetadata: set }),
    ...(unset.length + cleared.length === 0 ? {} : { unsetMetadata: [...unset, ...cleared] }),
  };
}

async function placeNow(ctx: Ctx, cwd: unknown): Promise<Update["place"]> {
  const { taskPlace } = await import("../task-place.ts");
  return await taskPlace(ctx, cwd);
}

function checkExclusive(args: Args): void {
  for (const [one, other] of [
    ["notes", "append-notes"],
    ["ephemeral", "persistent"],
    ["no-history", "ephemeral"],
    ["no-history", "history"],
  ] as const) {
    if (args.has(one) && args.has(other)) {
      const flags = one.includes("history") || one === "ephemeral" ? " flags" : "";
      throw new Refusal(`cannot specify both --${one} and --${other}${flags}`);
    }
  }
}

/** The change without the id; contains only the given fields. */
async function changesOf(ctx: Ctx, args: Args, snapshot: Snapshot): Promise<Omit<Update, "id">> {
  checkExclusive(args);
  const title = args.text("title");
  if (title !== undefined && isBlank(title)) throw new Refusal("title cannot be empty");
  const priority = args.text("priority");
  const fields = {
    status: statusGiven(args, snapshot),
    title,
    type: typeWanted(args, snapshot),
    priority: priority === undefined ? undefined : priorityGiven(priority),
    ...(await textFieldsGiven(ctx, args, { clears: true })),
    assignee: args.text("assignee"),
    estimated_minutes: args.number("estimate"),
    external_ref: args.text("external-ref"),
    spec_id: args.text("spec-id"),
    due_at: await dateGiven(ctx, args, "due"),
    defer_until: await dateGiven(ctx, args, "defer"),
    addLabels: args.has("add-label") ? args.texts("add-label") : undefined,
    removeLabels: args.has("remove-label") ? args.texts("remove-label") : undefined,
    setLabels: args.has("set-labels") ? args.texts("set-labels") : undefined,
    parent: args.text("parent"),
    ephemeral: args.has("persistent")
      ? !args.flag("persistent")
      : args.has("ephemeral")
        ? args.flag("ephemeral")
        : undefined,
    claim: args.flag("claim") || undefined,
    trust: args.flag("trust") || undefined,
    ...(await metadataChange(ctx, args)),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** Changes only the given limits; the others stay as they are at the time of writing. */
function withLimits(changes: Omit<Update, "id">, issue: Issue, given: GivenLimits): Omit<Update, "id"> {
  if (!isGiven(given)) return changes;
  const limits = limitsAfter(issue, given);
  return limits === null
    ? { ...changes, unsetMetadata: [...(changes.unsetMetadata ?? []), "limits"] }
    : { ...changes, setMetadata: { ...changes.setMetadata, limits } };
}

const doing = (error: unknown): string =>
  error instanceof StoreError && error.code === "not-claimable" ? "claiming" : "updating";

/** One issue; undefined after a refusal, which is reported to `failures`. Errors of the home are thrown. */
export async function updateOne(
  ctx: Ctx,
  act: Act,
  argument: string,
  changes: Omit<Update, "id">,
  failures: Failures,
  limits: GivenLimits = {},
): Promise<Issue | undefined> {
  const issue = failures.find(ctx.snapshot(), argument);
  if (issue === undefined) return undefined;
  try {
    const coder = changes.setMetadata?.["coder"];
    checkScope({ ...issue.metadata, ...changes.setMetadata }, changes.setMetadata ?? {});
    await checkUpdate(ctx, issue, limits, typeof coder === "string" ? coder : undefined);
    const decide = (snapshot: Snapshot): ReturnType<typeof update> =>
      update(snapshot, act, { ...withLimits(changes, snapshot.issue(issue.id) ?? issue, limits), id: issue.id });
    await checkTrust(ctx, act, issue, changes);
    // Check for refusals before stopping the attempt.
    decide(ctx.snapshot());
    if (changes.status !== undefined) await stopFirst(ctx, act, issue);
    const before = ctx.snapshot().issue(issue.id) ?? issue;
    const next = await ctx.write(act, decide);
    await sayTrusted(ctx, act, { before, next, changes });
    return next;
  } catch (error) {
    if (isOfHome(error)) throw error;
    failures.add(issue.id, error, (message) => `Error ${doing(error)} ${issue.id}: ${message}`);
    return undefined;
  }
}

export const verb: Verb = {
  usage: "update [id...]",
  summary: "Update one or more issues",
  about:
    "If no issue ID is provided, updates the one you last touched from this directory; in an attempt, its own task.",
  flags: {
    status: { type: "string", home: "status", short: "s", help: "New status" },
    claim: {
      type: "bool",
      help: "Claim the issue: assign it to you, in_progress; only one claim succeeds, repeating yours is fine",
    },
    title: { type: "string", help: "New title" },
    priority: { type: "string", values: PRIORITIES, short: "p", help: "Priority (0-4 or P0-P4, 0=highest)" },
    type: { type: "string", home: "type", short: "t", help: "New type" },
    assignee: { type: "string", short: "a", help: "Assignee (empty to clear)" },
    ...TEXT_FIELD_FLAGS,
    "add-label": { type: "list", help: "Add labels (repeatable)" },
    "remove-label": { type: "list", help: "Remove labels (repeatable)" },
    "set-labels": { type: "list", help: "Set labels, replacing all existing" },
    ...FLEET_FLAGS,
    trust: { type: "bool", help: "Let an issue from elsewhere run as it says (--cwd does so, too)" },
    parent: { type: "string", help: "New parent (empty to clear)" },
    due: { type: "string", help: `Due date (empty to clear): ${DATE_HELP}` },
    defer: {
      type: "string",
      help: "Not ready, and not started, before this date (empty to clear; formats as --due)",
    },
    estimate: { type: "int", min: 0, short: "e", help: "Time estimate in minutes" },
    "external-ref": { type: "string", help: "External reference" },
    "spec-id": { type: "string", help: "Link to specification document" },
    metadata: { type: "string", help: "Metadata to merge in (JSON object or @file.json)" },
    "set-metadata": { type: "array", help: "Set one metadata key=value (repeatable)" },
    "unset-metadata": { type: "array", help: "Remove one metadata key (repeatable)" },
    ephemeral: { type: "bool", help: "Mark as ephemeral" },
    persistent: { type: "bool", help: "Mark as not ephemeral" },
    session: { type: "string", help: "Session ID for status=closed (default $CLAUDE_SESSION_ID)" },
    "no-history": { type: "bool", hidden: true, help: "Ignored" },
    history: { type: "bool", hidden: true, help: "Ignored" },
    "await-id": { type: "string", hidden: true, help: "Ignored" },
  },
  examples: [
    "update fleet-a3f --claim",
    'update fleet-a3f --status blocked --notes "waits for the key"',
    "update fleet-a3f fleet-b2c -p 1 --add-label urgent",
    'update fleet-a3f --check "npm test" --expect commit --allow "src/**"',
  ],
  writes: true,
  run: async (ctx, args) => {
    const ids = idsOrLast(ctx, args.positionals);
    const changes = await changesOf(ctx, args, ctx.snapshot());
    const limits = limitsGiven(args);
    if (Object.keys(changes).length === 0 && !isGiven(limits)) {
      ctx.say("No updates specified");
      return 0;
    }
    const session = args.text("session") || ctx.io.env["CLAUDE_SESSION_ID"] || undefined;
    const act = await ctx.act();
    const updated: Issue[] = [];
    const failures = new Failures(ctx);
    for (const id of ids) {
      const issue = await updateOne(ctx, act, id, { ...changes, session }, failures, limits);
      if (issue === undefined) continue;
      updated.push(issue);
      if (!ctx.json) ctx.say(`✓ Updated issue: ${named(issue)}`);
      await warnOfPlace(ctx, args, issue);
    }
    const [first] = updated;
    if (first !== undefined) {
      ctx.touch(first.id);
      if (ctx.json) ctx.print(updated.map((issue) => issueShape(issue)));
    }
    return failures.exit();
  },
};

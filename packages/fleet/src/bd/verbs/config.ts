import { own } from "@fleet/kit/own";
import { byCodeUnit } from "@fleet/store/shard";
import { STATUSES, TYPES } from "@fleet/store/status";

import type { Args } from "../args.ts";
import { type Ctx, readonlyRefusal } from "../context.ts";
import { Refusal } from "../errors.ts";
import { change, configOf } from "../settings.ts";
import type { Flags, Verb } from "../verb.ts";

/** The only source of values. */
const SOURCE = "database";

const WRITE_FLAGS: Flags = { "force-git-tracked": { type: "bool", hidden: true, help: "Ignored" } };

export const verb: Verb = {
  usage: "config",
  summary: "Manage configuration of the queue",
  about: "Kept in the home's history. The settings of the supervisor are elsewhere: fleet config.",
  examples: ['config set status.custom "review:wip,parked:frozen"', "config get issue_prefix", "config list --json"],
  subs: {
    get: {
      usage: "get <key>",
      summary: "Get a configuration value",
      examples: ["config get issue_prefix"],
      args: { min: 1, max: 1 },
      run: get,
    },
    set: {
      usage: "set <key> <value>",
      summary: "Set a configuration value",
      examples: ['config set status.custom "review:wip,parked:frozen"'],
      flags: WRITE_FLAGS,
      args: { min: 2, max: 2 },
      writes: true,
      run: set,
    },
    "set-many": {
      usage: "set-many <key=value>...",
      summary: "Set several configuration values",
      examples: ["config set-many status.custom=review:wip types.custom=spec"],
      flags: WRITE_FLAGS,
      args: { min: 1 },
      writes: true,
      run: setMany,
    },
    list: {
      usage: "list",
      summary: "List all configuration",
      examples: ["config list", "config list --json"],
      run: list,
    },
    show: {
      usage: "show",
      summary: "Show every value and where it comes from",
      flags: {
        source: { type: "string", values: [SOURCE], help: `Only values from this source (here always ${SOURCE})` },
      },
      examples: ["config show", "config show --json"],
      run: show,
    },
    unset: {
      usage: "unset <key>",
      summary: "Delete a configuration value",
      examples: ["config unset status.custom"],
      args: { min: 1, max: 1 },
      writes: true,
      run: unset,
    },
    drift: {
      usage: "drift",
      summary: "Compare the configuration with the home",
      about:
        "federation.remote with the remote origin of the home. Exits 1 when they differ; bd config apply makes them equal.",
      examples: ["config drift", "config drift --json"],
      run: drift,
    },
    apply: {
      usage: "apply",
      summary: "Apply the configuration to the home",
      about: "Sets the home's remote origin to federation.remote, which fleet sync uses.",
      flags: { "dry-run": { type: "bool", help: "Only show what would be changed" } },
      examples: ["config apply", "config apply --dry-run"],
      run: apply,
    },
    validate: {
      usage: "validate",
      summary: "Check the configuration",
      examples: ["config validate"],
      run: validate,
    },
  },
};

const sorted = (config: Readonly<Record<string, string>>): [key: string, value: string][] =>
  Object.entries(config).sort(([a], [b]) => byCodeUnit(a, b));

function get(ctx: Ctx, args: Args): void {
  const key = args.positionals[0] ?? "";
  const config = configOf(ctx.snapshot().meta);
  const value = own(config, key) ?? "";
  if (ctx.json) ctx.print({ key, value });
  else ctx.say(value === "" ? `${key} (not set)` : value);
}

function list(ctx: Ctx): void {
  const config = configOf(ctx.snapshot().meta);
  if (ctx.json) ctx.print(config);
  else {
    ctx.say("\nConfiguration:");
    for (const [key, value] of sorted(config)) ctx.say(`  ${key} = ${value}`);
  }
}

function show(ctx: Ctx, args: Args): void {
  const wanted = args.text("source") || SOURCE;
  const config = wanted === SOURCE ? configOf(ctx.snapshot().meta) : {};
  const entries = sorted(config).map(([key, value]) => ({ key, value, source: SOURCE }));
  if (ctx.json) ctx.print(entries);
  else if (entries.length === 0) ctx.say("No configuration found");
  else for (const { key, value, source } of entries) ctx.say(`  ${key} = ${value}  (${source})`);
}

async function set(ctx: Ctx, args: Args): Promise<void> {
  const [key = "", value = ""] = args.positionals;
  await ctx.found();
  const act = await ctx.act();
  await ctx.write(act, (snapshot) => change(snapshot, act, key, value));
  if (ctx.json) ctx.print({ key, value });
  else ctx.say(`Set ${key} = ${value}`);
}

async function setMany(ctx: Ctx, args: Args): Promise<void> {
  const pairs = args.positionals.map((pair) => {
    const at = pair.indexOf("=");
    if (at <= 0) throw new Refusal(`invalid format ${JSON.stringify(pair)}: expected key=value`);
    return { key: pair.slice(0, at), value: pair.slice(at + 1) };
  });
  await ctx.found();
  const act = await ctx.act();
  for (const { key, value } of pairs) await ctx.write(act, (snapshot) => change(snapshot, act, key, value));
  if (ctx.json) ctx.print(pairs);
  else for (const { key, value } of pairs) ctx.say(`Set ${key} = ${value}`);
}

async function unset(ctx: Ctx, args: Args): Promise<void> {
  const key = args.positionals[0] ?? "";
  const act = await ctx.act();
  await ctx.write(act, (snapshot) => change(snapshot, act, key, undefined));
  if (ctx.json) ctx.print({ key });
  else ctx.say(`Unset ${key}`);
}

const DRIFT_MARKS = { ok: "✓", drift: "✗", info: "ℹ" } as const;

async function drift(ctx: Ctx): Promise<number> {
  const { drifts } = await import("../drift.ts");
  const found = drifts(ctx.store().gitDir, configOf(ctx.snapshot().meta));
  if (ctx.json) ctx.print(found);
  else
    for (const { check, status, message, expected, actual } of found) {
      ctx.say(`  ${DRIFT_MARKS[status]} ${check}: ${message}`);
      if (expected !== undefined) ctx.say(`      expected: ${expected}\n      actual:   ${actual ?? ""}`);
    }
  return found.some(({ status }) => status === "drift") ? 1 : 0;
}

const APPLY_MARKS = { ok: "✓", applied: "✓", dry_run: "~", skipped: "–", error: "✗" } as const;

async function apply(ctx: Ctx, args: Args): Promise<number> {
  const { drifts, applyDrift } = await import("../drift.ts");
  const isDry = args.flag("dry-run");
  if (!isDry && args.flag("readonly")) throw readonlyRefusal("config apply");
  const { gitDir } = ctx.store();
  const found = drifts(gitDir, configOf(ctx.snapshot().meta));
  const how = (await ctx.act()).inside === undefined ? (isDry ? "dry" : "do") : "inside";
  const done = found.map((each) => applyDrift(gitDir, each, how));
  if (ctx.json) ctx.print(done);
  else
    for (const { check, status, message, error } of done) {
      ctx.say(`  ${APPLY_MARKS[status]} ${check}: ${message}`);
      if (error !== undefined) ctx.say(`      error: ${error}`);
    }
  return done.some(({ status }) => status === "error") ? 1 : 0;
}

const CATEGORIES = ["active", "wip", "done", "frozen"];

function problems(config: Readonly<Record<string, string>>): string[] {
  const statuses = (config["status.custom"] ?? "").split(",").filter((part) => part.trim() !== "");
  const types = (config["types.custom"] ?? "").split(",").filter((part) => part.trim() !== "");
  return [
    ...statuses.flatMap((part) => {
      const [name = "", category = "active"] = part.split(":").map((text) => text.trim());
      if (STATUSES.some((known) => known === name)) return [`status.custom: ${name} is built in`];
      return CATEGORIES.includes(category)
        ? []
        : [`status.custom: ${name} has the category ${category} (${CATEGORIES.join(", ")})`];
    }),
    ...types.flatMap((name) =>
      TYPES.some((known) => known === name.trim()) ? [`types.custom: ${name.trim()} is built in`] : [],
    ),
  ];
}

function validate(ctx: Ctx): number {
  const issues = problems(configOf(ctx.snapshot().meta));
  if (ctx.json) ctx.print({ valid: issues.length === 0, issues });
  else
    ctx.say(
      issues.length === 0
        ? "✓ The configuration is valid"
        : `Problems:\n${issues.map((text) => `  • ${text}`).join("\n")}`,
    );
  return issues.length === 0 ? 0 : 1;
}

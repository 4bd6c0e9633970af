/** `bd kv`: pairs in the home's meta, under keys that start with `kv.`. */
import { byCodeUnit } from "@fleet/store/shard";

import type { Args } from "../args.ts";
import type { Ctx } from "../context.ts";
import { Exit } from "../errors.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "kv",
  summary: "Key-value store",
  examples: ["kv set release 1.4", "kv get release"],
  subs: {
    set: {
      usage: "set <key> <value>",
      summary: "Set a key",
      examples: ["kv set release 1.4"],
      args: { min: 2, max: 2 },
      writes: true,
      run: set,
    },
    get: {
      usage: "get <key>",
      summary: "Get a key",
      examples: ["kv get release"],
      args: { min: 1, max: 1 },
      run: get,
    },
    clear: {
      usage: "clear <key>",
      summary: "Delete a key",
      examples: ["kv clear release"],
      args: { min: 1, max: 1 },
      writes: true,
      run: clear,
    },
    list: {
      usage: "list",
      summary: "List all keys",
      examples: ["kv list", "kv list --json"],
      run: list,
    },
  },
};

async function set(ctx: Ctx, args: Args): Promise<void> {
  const [key = "", value = ""] = args.positionals;
  await ctx.found();
  await write(ctx, key, value);
  if (ctx.json) ctx.print({ key, value });
  else ctx.say(`Set ${key} = ${value}`);
}

function get(ctx: Ctx, args: Args): void {
  const key = args.positionals[0] ?? "";
  const value = ctx.snapshot().meta.config[`kv.${key}`];
  if (ctx.json) ctx.print({ key, value: value ?? "", found: value !== undefined });
  else if (value === undefined) ctx.warn(`${key} (not set)`);
  else ctx.say(value);
  if (value === undefined) throw new Exit(1);
}

async function clear(ctx: Ctx, args: Args): Promise<void> {
  const key = args.positionals[0] ?? "";
  await write(ctx, key, undefined);
  if (ctx.json) ctx.print({ key, deleted: "true" });
  else ctx.say(`Cleared ${key}`);
}

function list(ctx: Ctx): void {
  const pairs = Object.entries(ctx.snapshot().meta.config)
    .flatMap(([key, value]) => (key.startsWith("kv.") ? [[key.slice(3), value] as const] : []))
    .sort(([a], [b]) => byCodeUnit(a, b));
  if (ctx.json) ctx.print(Object.fromEntries(pairs));
  else
    ctx.say(
      pairs.length === 0
        ? "No key-value pairs set"
        : `\nKey-Value Store:\n${pairs.map(([key, value]) => `  ${key} = ${value}`).join("\n")}`,
    );
}

async function write(ctx: Ctx, key: string, value: string | undefined): Promise<void> {
  const { change } = await import("../settings.ts");
  const act = await ctx.act();
  await ctx.write(act, (snapshot) => change(snapshot, act, `kv.${key}`, value));
}

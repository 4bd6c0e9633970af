import { join } from "node:path";

import { readBounded } from "@fleet/kit/read";
import { FleetError } from "@fleet/kit/errors";
import { homeExists } from "@fleet/store/home";
import { memoriesOf } from "@fleet/store/memories";

import type { Args } from "../args.ts";
import type { Ctx } from "../context.ts";
import { brief, full, hookJson, memoriesOnly } from "../prime.ts";
import type { Verb } from "../verb.ts";

function read(path: string): string | undefined {
  const read = readBounded(path, { links: "follow" });
  return read.kind === "text" ? read.text : undefined;
}

/** A text of the project, the home, or the person. */
function override(ctx: Ctx): string | undefined {
  const { cwd, env } = ctx.io;
  const config = env["XDG_CONFIG_HOME"] || (env["HOME"] === undefined ? undefined : join(env["HOME"], ".config"));
  const paths = [
    join(cwd, ".beads", "PRIME.md"),
    join(ctx.home, "PRIME.md"),
    ...(config === undefined ? [] : [join(config, "beads", "PRIME.md")]),
  ];
  for (const path of paths) {
    const text = read(path);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Runs in session hooks: an unreadable home must not break the session, so memories are left out. */
function shown(ctx: Ctx): ReadonlyMap<string, string> {
  try {
    return memoriesOf(ctx.snapshot()).values;
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    return new Map();
  }
}

function textOf(ctx: Ctx, args: Args): string {
  try {
    if (!homeExists(ctx.home)) return "";
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    return "";
  }
  const own = args.flag("export") || args.flag("memories-only") ? undefined : override(ctx);
  if (own !== undefined) return own;
  const primed = { memories: shown(ctx), brief: false };
  if (args.flag("memories-only")) return memoriesOnly(primed);
  return args.flag("mcp") && !args.flag("full") ? brief(primed) : full(primed);
}

export const verb: Verb = {
  usage: "prime",
  summary: "Print workflow context for agents",
  about: "Prints nothing where there is no home, so it is safe in a session hook. .beads/PRIME.md overrides the text.",
  flags: {
    full: { type: "bool", help: "Full text" },
    mcp: { type: "bool", help: "Short reminder" },
    stealth: { type: "bool", help: "Accepted and ignored: the text never names git operations" },
    export: { type: "bool", help: "Built-in text, even if a PRIME.md overrides it" },
    "memories-only": { type: "bool", help: "Memories only" },
    "hook-json": { type: "bool", help: "Wrap in the JSON envelope of SessionStart hooks" },
  },
  examples: ["prime", "prime --hook-json"],
  run: (ctx, args) => {
    const text = textOf(ctx, args);
    ctx.sink.text(args.flag("hook-json") ? hookJson(text) : text);
  },
};

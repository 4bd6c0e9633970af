/** `fleet config show|set`: the settings, checked before they are written, committed, taken up by a running supervisor. */
import { isMissing } from "../../bd/coders.ts";
import { changeConfig } from "../../settings/commit.ts";
import { configPath, readConfig } from "../../settings/file.ts";
import { type Config, DEFAULTS, DURATIONS, KEYS } from "../../settings/schema.ts";
import { losesComments, withSetting } from "../../app/settings/set.ts";
import { written } from "@fleet/kit/duration";
import { choiceText } from "../../app/choose-coder.ts";
import { CommandError, EXIT } from "../../app/errors.ts";
import { foundFleet, openFleet } from "../../app/open.ts";
import type { Io } from "../../app/io.ts";
import { find } from "@fleet/store/ops/find";
import { effectiveView } from "../../app/views/effective.ts";
import { settled, settingsWarning } from "../../app/settings/settled.ts";
import { effectiveText } from "../screens/effective-table.ts";
import { table } from "@fleet/kit/table";
import { terminalWidth } from "@fleet/kit/width";
import { colours } from "../style.ts";
import { type Args, type Command, flag, json, openHome, text, texts } from "./command.ts";

export const config: Command = {
  choices: { action: ["show", "set"] },
  alone: ["show"],
  forPerson: (args) => text(args, "action") === "set",
  options: {
    effective: { type: "string", describe: "show: what holds for this task, and where each of it was said" },
  },
  examples: [
    ["fleet config show", "every setting, its value and what it means"],
    ["fleet config show --effective fleet-3f1", "what holds for one task, and where it was said"],
    ["fleet config set max_concurrent=10", "checked, committed, taken up within seconds"],
    ["fleet config set max_per_coder.claude=4 task_timeout=4h", "nested ones with a dot, durations as 90s, 10m, 2h"],
    ["fleet config set max_per_cwd=", "back to the default"],
  ],
  run: async (io, args) => {
    const action = text(args, "action");
    if (action === "show") return await show(io, args);
    if (action === "set") return await set(io, args);
    throw new CommandError(
      `fleet config ${action ?? ""}: unknown`,
      "fleet config show; fleet config set KEY=VALUE",
      EXIT.usage,
    );
  },
};

function shown(key: string, value: unknown): string {
  if (value === undefined) return "(none)";
  if (typeof value === "number" && DURATIONS.has(key)) return written(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** By a name with dots. */
const valueOf = (config: Config, key: string): unknown =>
  key.split(".").reduce<unknown>((at, name) => new Map<string, unknown>(Object.entries(at ?? {})).get(name), config);

async function showEffective(io: Io, args: Args, id: string): Promise<number> {
  const fleet = openFleet(io);
  const issue = find(fleet.store.snapshot(), id);
  const settings = await fleet.settings();
  const view = effectiveView(settled(settings), issue);
  const warning = settingsWarning(settings);
  if (warning !== undefined) io.err(`${warning}\n`);
  io.out(flag(args, "json") ? json(view) : effectiveText(view, io));
  return EXIT.ok;
}

async function show(io: Io, args: Args): Promise<number> {
  const task = text(args, "effective");
  if (task !== undefined) return await showEffective(io, args, task);
  const { home } = openHome(io);
  const read = readConfig(home);
  if (!read.ok) {
    throw new CommandError(
      `config.yaml is invalid: ${read.problems.join("; ")}; a running supervisor keeps the previous settings`,
      `edit ${configPath(home)}`,
    );
  }
  if (flag(args, "json")) {
    io.out(json(read.config));
    return EXIT.ok;
  }
  const rows = [...KEYS].map(([key, means]) => {
    const value = shown(key, valueOf(read.config, key));
    return [key, value, value === shown(key, valueOf(DEFAULTS, key)) ? "" : "(set)", means];
  });
  const lines = table(rows, { width: terminalWidth(io), below: 40 });
  io.out(`${lines.join("\n")}\n\n${colours(io).dim(configPath(home))}\n`);
  return EXIT.ok;
}

/** `a=1 b=2`, or `a 1`. */
function pairs(words: readonly string[]): [string, string][] {
  const [first = "", second] = words;
  if (words.length === 2 && !first.includes("=") && second !== undefined) return [[first, second]];
  return words.map((word) => {
    const at = word.indexOf("=");
    if (at <= 0)
      throw new CommandError(
        `not KEY=VALUE: ${JSON.stringify(word)}`,
        "fleet config set max_concurrent=10",
        EXIT.usage,
      );
    return [word.slice(0, at), word.slice(at + 1)];
  });
}

async function set(io: Io, args: Args): Promise<number> {
  const wanted = pairs(texts(args, "settings"));
  if (wanted.length === 0) throw new CommandError("nothing to set", "fleet config set max_concurrent=10", EXIT.usage);
  const { fleet, made } = await foundFleet(io);
  const { store } = fleet;
  if (made !== undefined) io.err(`Created the home ${fleet.home}.\n`);
  if (made !== undefined && wanted.every(([key]) => key !== "default_coder")) io.err(`${choiceText(made)}\n`);
  const change = (yaml: string): string => wanted.reduce((text, [key, value]) => withSetting(text, key, value), yaml);
  const act = await fleet.act();
  const what = wanted.map(([key, value]) => (value === "" ? `${key} back to its default` : `${key} = ${value}`));
  const { before, after } = await changeConfig(store, act, change, what.join(", "));
  if (losesComments(before, after))
    io.err("config.yaml was written anew; comments in it are gone (they are in its history).\n");
  await fleet.told("set", `${what.join(", ")}, by ${act.actor}`, { by: act.actor });
  const coder = wanted.find(([key]) => key === "default_coder")?.[1] ?? "";
  if (isMissing(coder, io.env["PATH"])) io.err(`⚠ ${coder} is not on PATH: fleet coders says how to install it\n`);
  if (flag(args, "json")) io.out(json(Object.fromEntries(wanted)));
  else
    for (const [key, value] of wanted) io.out(value === "" ? `${key} is back at its default\n` : `${key} = ${value}\n`);
  return EXIT.ok;
}

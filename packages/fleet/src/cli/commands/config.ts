/** `fleet config`: shows the settings in force, and changes them by name or in an editor. */
import { lineOfTerminal } from "@fleet/kit/terminal";
import { terminalWidth } from "@fleet/kit/width";

import { choiceText } from "../../app/choose-coder.ts";
import { CommandError, EXIT } from "../../app/errors.ts";
import type { Io } from "../../app/io.ts";
import { openFleet } from "../../app/open.ts";
import { configure, type Configured, editSettings, type Wanted } from "../../app/operations/configure.ts";
import { settled, settingsWarning } from "../../app/settings/settled.ts";
import { effectiveView } from "../../app/views/effective.ts";
import { allSettings, settingRows, settingsFile, settingValue } from "../../app/views/settings.ts";
import { withEditor } from "../editor.ts";
import { effectiveLines } from "../screens/effective-table.ts";
import { settingsLines, settingText } from "../screens/settings-table.ts";
import { colours } from "../style.ts";
import { type Args, type Command, flag, json, text, texts } from "./command.ts";

const ACTIONS = ["show", "get", "set", "unset", "edit", "path"] as const;
type Action = (typeof ACTIONS)[number];
const isAction = (word: string): word is Action => ACTIONS.some((known) => known === word);

export const config: Command = {
  choices: { action: ACTIONS },
  alone: ["show", "edit", "path"],
  keys: ["get", "unset"],
  options: {
    effective: { type: "string", describe: "show: the settings of this task, and where each was set" },
  },
  examples: [
    ["fleet config show", "every setting, its value and what it means"],
    ["fleet config show --effective fleet-3f1", "the settings of one task, and where each was set"],
    ["fleet config set max_concurrent=10", "validated, committed, and applied within seconds; comments stay"],
    ["fleet config set max_per_coder.claude=4 task_timeout=4h", "nested ones with a dot, durations as 90s, 10m, 2h"],
    ["fleet config get task_timeout", "the value alone"],
    ["fleet config unset max_per_cwd", "reset to its default"],
    ["fleet config edit", "config.yaml in $VISUAL or $EDITOR; what is not valid is not saved"],
  ],
  run: async (io, args) => {
    const action = text(args, "action") ?? "";
    if (!isAction(action))
      throw new CommandError(`fleet config ${action}: unknown`, `fleet config ${ACTIONS.join("|")}`, EXIT.usage);
    const named = texts(args, "settings");
    if (named.length > 0 && (action === "show" || action === "edit" || action === "path"))
      throw new CommandError(
        `fleet config ${action} takes no ${named[0] ?? ""}`,
        `fleet config get ${named.join(" ")}`,
        EXIT.usage,
      );
    switch (action) {
      case "show":
        return await show(io, args);
      case "get":
        return await get(io, args, named);
      case "set":
        return await set(io, args, pairs(named));
      case "unset":
        return await set(
          io,
          args,
          keys(named).map((key) => [key, ""] as const),
        );
      case "edit":
        return await edit(io, args);
      case "path":
        return await path(io, args);
    }
  },
};

/** Errors in the file don't hide the values; they are printed besides. */
async function show(io: Io, args: Args): Promise<number> {
  const fleet = openFleet(io);
  const inForce = await fleet.settings();
  const values = settled(inForce);
  const warning = settingsWarning(inForce);
  const task = text(args, "effective");
  if (warning !== undefined) io.err(`${warning}\n`);
  const exit = warning === undefined ? EXIT.ok : EXIT.failed;
  const screen = { c: colours(io), width: terminalWidth(io), now: io.now() };
  if (task !== undefined) {
    const view = effectiveView(values, fleet.find(task));
    io.out(flag(args, "json") ? json(view) : `${effectiveLines(view, screen).join("\n")}\n`);
    return exit;
  }
  const { path: file } = settingsFile(fleet.home, inForce);
  const lines = (): string => `${settingsLines(settingRows(values), file, screen).join("\n")}\n`;
  io.out(flag(args, "json") ? json(allSettings(values)) : lines());
  return exit;
}

function keys(named: readonly string[]): readonly string[] {
  if (named.length === 0) throw new CommandError("no setting is named", "fleet config get max_concurrent", EXIT.usage);
  return named;
}

async function get(io: Io, args: Args, named: readonly string[]): Promise<number> {
  const inForce = await openFleet(io).settings();
  const values = settled(inForce);
  const found = keys(named).map((key) => [key, settingValue(values, key)] as const);
  const warning = settingsWarning(inForce);
  if (warning !== undefined) io.err(`${warning}\n`);
  if (flag(args, "json")) io.out(json(Object.fromEntries(found)));
  else
    for (const [key, value] of found)
      io.out(`${named.length === 1 ? "" : `${key} = `}${value === null ? "" : settingText(value)}\n`);
  return EXIT.ok;
}

/** `a=1 b=2`, or `a 1`. */
function pairs(words: readonly string[]): readonly Wanted[] {
  const [first = "", second] = words;
  if (words.length === 0) throw new CommandError("nothing to set", "fleet config set max_concurrent=10", EXIT.usage);
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

async function set(io: Io, args: Args, wanted: readonly Wanted[]): Promise<number> {
  const done = await configure(io, wanted);
  sayMade(io, done);
  for (const name of done.missing) io.err(`⚠ ${name} is not on PATH: fleet coders says how to install it\n`);
  if (flag(args, "json")) io.out(json(Object.fromEntries(done.settings.map(({ key, value }) => [key, value]))));
  else
    for (const { key, value, reset } of done.settings) {
      const shown = value === null ? "none" : settingText(value);
      io.out(reset ? `${key} reset to its default (${shown})\n` : `${key} = ${shown}\n`);
    }
  return EXIT.ok;
}

function sayMade(io: Io, { home, made, settings }: Configured): void {
  if (made === undefined) return;
  io.err(`Created the home ${home}.\n`);
  if (settings.every(({ key }) => key !== "default_coder")) io.err(`${choiceText(made)}\n`);
}

async function edit(io: Io, args: Args): Promise<number> {
  const again = (problems: readonly string[]): boolean => {
    io.err(`config.yaml is invalid: ${problems.join("; ")}\n`);
    if (!io.isTerminal.stdin || !io.isTerminal.stderr) return false;
    io.err("Edit it again? (Y/n): ");
    return !/^n/i.test(lineOfTerminal().trim());
  };
  const done = await withEditor(
    io,
    { name: "config.yaml", again: "EDITOR=nano fleet config edit" },
    async (yaml) => await editSettings(io, { edit: yaml, again }),
  );
  if (flag(args, "json")) {
    io.out(json({ result: done.kind }));
    return done.kind === "given-up" ? EXIT.failed : EXIT.ok;
  }
  switch (done.kind) {
    case "changed":
      io.out("config.yaml saved and committed.\n");
      return EXIT.ok;
    case "unchanged":
      io.out("No changes.\n");
      return EXIT.ok;
    case "given-up":
      io.err("Nothing was saved.\n");
      return EXIT.failed;
  }
}

async function path(io: Io, args: Args): Promise<number> {
  const fleet = openFleet(io);
  const file = settingsFile(fleet.home, await fleet.settings());
  io.out(flag(args, "json") ? json(file) : `${file.path}\n`);
  return EXIT.ok;
}

/** `fleet shim`: an optional `bd` on PATH that runs `fleet bd`. Only files made by it are changed. */
import { existsSync, lstatSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { diskTrouble, errno } from "@fleet/kit/errors";
import { ensureDir, removeFile } from "@fleet/kit/files";
import { createGiven } from "@fleet/kit/given";

import { bdsOnPath, isOurs, SHIM_MARK } from "../../app/real-bd.ts";
import { fromCwd } from "../../app/cwd.ts";
import { CommandError, EXIT } from "../../app/errors.ts";
import type { Io } from "../../app/io.ts";
import { personsShim, selfCommand } from "../../app/installed.ts";
import { shellWord } from "@fleet/kit/shell";
import { type Args, type Command, flag, json, text } from "./command.ts";

const script = (): string => `#!/bin/sh\n${SHIM_MARK}\n${personsShim(selfCommand())}`;

function directory(io: Io, args: Args): string {
  const given = text(args, "dir");
  if (given !== undefined && given !== "") return fromCwd(io, given);
  const home = io.env["HOME"];
  if (home === undefined || home === "") throw new CommandError("there is no HOME", "fleet shim install DIR");
  return join(home, ".local", "bin");
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // A path below a file has nothing to read.
    if (errno(error) === "ENOTDIR") return false;
    throw diskTrouble(error, path);
  }
}

/** One line: Node's message, or the store's. */
function refused(path: string, doing: string, error: unknown): CommandError {
  const known = diskTrouble(error, path);
  const why = known instanceof Error ? known.message.replace(/^nothing was written: /, "") : String(known);
  return new CommandError(`${path} could not be ${doing}: ${why}`, `ls -ld ${shellWord(dirname(path))}`);
}

interface State {
  readonly path: string;
  /** ours: made by fleet · other: a bd that fleet did not make · none: no file. */
  readonly kind: "ours" | "other" | "none";
  readonly onPath: boolean;
  /** All other bd's on PATH, in order. */
  readonly others: readonly string[];
  /** Which program `bd` starts now. */
  readonly first: string | undefined;
}

function stateOf(io: Io, dir: string): State {
  const path = join(dir, "bd");
  const search = io.env["PATH"] ?? "";
  const all = bdsOnPath(search);
  return {
    path,
    kind: !isThere(path) ? "none" : isOurs(path) ? "ours" : "other",
    onPath: search.split(":").some((part) => part !== "" && resolve(part) === resolve(dir)),
    others: all.filter((candidate) => resolve(candidate) !== resolve(path) && !isOurs(candidate)),
    first: all[0],
  };
}

function pathAdvice(io: Io, dir: string): string {
  const file = (io.env["SHELL"] ?? "").endsWith("zsh") ? "~/.zshrc" : "~/.profile";
  return `${dir} is not on PATH. Add it: echo 'export PATH=${shellWord(dir)}:"$PATH"' >> ${file}`;
}

function install(io: Io, args: Args): number {
  const dir = directory(io, args);
  const state = stateOf(io, dir);
  const force = flag(args, "force");
  if (state.kind === "other")
    throw new CommandError(`${state.path} was not made by fleet; it is left as it is`, "fleet shim install DIR");
  if (state.others.length > 0 && !force) {
    throw new CommandError(
      `a real bd is on PATH: ${state.others.join(", ")}; where the shim comes first, it would no longer be reached`,
      "fleet shim install --force, or alias bd='fleet bd'",
    );
  }
  try {
    ensureDir(dir);
    if (state.kind === "ours") removeFile(state.path);
    // Exclusive creation: a file that appeared meanwhile is not ours.
    createGiven(state.path, script(), 0o755);
  } catch (error) {
    throw refused(state.path, "made", error);
  }
  const after = stateOf(io, dir);
  if (flag(args, "json"))
    io.out(json({ path: after.path, installed: true, on_path: after.onPath, others: after.others }));
  else {
    io.out(`✓ ${after.path} is fleet's bd now.\n`);
    if (!after.onPath) io.out(`${pathAdvice(io, dir)}\n`);
    else if (after.first !== undefined && resolve(after.first) !== resolve(after.path))
      io.out(`But ${after.first} comes first on PATH: \`bd\` still starts that one.\n`);
  }
  return EXIT.ok;
}

function remove(io: Io, args: Args): number {
  const dir = directory(io, args);
  const { path, kind } = stateOf(io, dir);
  if (kind === "other")
    throw new CommandError(`${path} was not made by fleet; it is left as it is`, "fleet shim status");
  try {
    if (kind === "ours") removeFile(path);
  } catch (error) {
    throw refused(path, "removed", error);
  }
  if (flag(args, "json")) io.out(json({ path, removed: kind === "ours" }));
  else io.out(kind === "ours" ? `✓ Removed ${path}.\n` : `There is no ${path}: nothing to remove.\n`);
  return EXIT.ok;
}

function status(io: Io, args: Args): number {
  const dir = directory(io, args);
  const state = stateOf(io, dir);
  const ours = state.first !== undefined && isOurs(state.first);
  if (flag(args, "json")) {
    const { path, onPath, others, first } = state;
    io.out(
      json({ path, installed: state.kind === "ours", on_path: onPath, first: first ?? null, is_fleet: ours, others }),
    );
    return EXIT.ok;
  }
  const [, self = ""] = selfCommand();
  const there = { ours: "is fleet's bd", other: "was not made by fleet", none: "is not there" }[state.kind];
  io.out(`${state.path} ${there}.\n`);
  if (state.kind === "ours" && !existsSync(self)) io.out(`What it starts is gone (${self}): fleet shim install\n`);
  io.out(
    state.first === undefined
      ? "No bd is on PATH.\n"
      : `\`bd\` starts ${state.first}, which ${ours ? "is" : "is not"} fleet's.\n`,
  );
  if (state.kind === "ours" && !state.onPath) io.out(`${pathAdvice(io, dirname(state.path))}\n`);
  return EXIT.ok;
}

export const shim: Command = {
  choices: { action: ["install", "remove", "status"] },
  forPerson: (args) => text(args, "action") !== "status",
  options: { force: { type: "boolean", describe: "install although a real bd is on PATH" } },
  examples: [
    ["fleet shim install", "makes ~/.local/bin/bd"],
    ["fleet shim install ~/bin --force", "there, and in front of a real bd"],
    ["fleet shim remove", "delete what it made, and nothing else"],
  ],
  run: async (io, args) => {
    const action = text(args, "action") ?? "";
    switch (action) {
      case "install":
        return install(io, args);
      case "remove":
        return remove(io, args);
      case "status":
        return status(io, args);
      default:
        throw new CommandError(
          `unknown action ${JSON.stringify(action)}`,
          "fleet shim install | remove | status",
          EXIT.usage,
        );
    }
  },
};

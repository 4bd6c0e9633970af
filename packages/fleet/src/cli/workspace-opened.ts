/** Opens a task's workspace in the person's editor, else in a shell. */
import { existsSync } from "node:fs";

import { runProgram } from "@fleet/kit/process/run";
import { shellWord } from "@fleet/kit/shell";

import { CommandError } from "../app/errors.ts";
import type { Io } from "../app/io.ts";

const given = (value: string | undefined): string | undefined => (value === "" ? undefined : value);

/** The exit code of the editor or shell. `variables`: the environment that the task's processes get. */
export async function openAt(
  { env, isTerminal }: Pick<Io, "env" | "isTerminal">,
  id: string,
  path: string,
  variables: Readonly<Record<string, string>>,
): Promise<number> {
  if (!existsSync(path))
    throw new CommandError(`${path} is not on this machine, or is not made yet`, `fleet explain ${id}`);
  const editor = given(env["VISUAL"]) ?? given(env["EDITOR"]);
  if (editor === undefined && !isTerminal.stdin)
    throw new CommandError("a shell needs a terminal, and EDITOR is not set", `cd ${shellWord(path)}`);
  const args = editor === undefined ? [] : ["-c", `${editor} "$1"`, "editor", path];
  const file = editor === undefined ? (given(env["SHELL"]) ?? "sh") : "sh";
  const done = await runProgram({ file, args, cwd: path, env: { ...env, ...variables }, terminal: "all" });
  if (done.kind === "ended" && done.code !== null) return done.code;
  throw new CommandError(`${editor ?? file} could not be started in ${path}`, `EDITOR=vi fleet task ${id} open`);
}

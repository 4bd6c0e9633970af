/** A text, handed to the person's editor: a command line, as git's is, so a shell starts it. */
import { join } from "node:path";

import { removeTree, replaceFile } from "@fleet/kit/files";
import { readGiven, temporaryDir } from "@fleet/kit/given";
import { runProgram } from "@fleet/kit/process/run";

import { CommandError } from "../app/errors.ts";
import type { Io } from "../app/io.ts";

export interface Edited {
  /** Of the file: by it an editor knows what is in it. */
  readonly name: string;
  /** The command that does it by another editor. */
  readonly again: string;
}

export async function inEditor(
  { env, cwd }: Pick<Io, "env" | "cwd">,
  text: string,
  { name, again }: Edited,
): Promise<string> {
  const editor = [env["VISUAL"], env["EDITOR"]].find((one) => one !== undefined && one !== "") ?? "vi";
  const directory = temporaryDir("fleet-edit-");
  try {
    const file = join(directory, name);
    replaceFile(file, text, { sync: false });
    const args = ["-c", `${editor} "$1"`, "editor", file];
    const done = await runProgram({ file: "sh", args, cwd, env, terminal: "all" });
    if (done.kind === "ended" && done.code === 0) return readGiven(file);
    throw new CommandError(`the editor (${editor}) failed, so nothing was changed`, again);
  } finally {
    removeTree(directory);
  }
}

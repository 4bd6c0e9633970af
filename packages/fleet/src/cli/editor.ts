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

/** Answers with what the person made of it. */
export type Editor = (text: string) => Promise<string>;

/** `work` may have the editor opened again and again. Where it fails, what was written last is kept, and said. */
export async function withEditor<T>(
  { env, cwd, err }: Pick<Io, "env" | "cwd" | "err">,
  { name, again }: Edited,
  work: (edit: Editor) => Promise<T>,
): Promise<T> {
  const editor = [env["VISUAL"], env["EDITOR"]].find((one) => one !== undefined && one !== "") ?? "vi";
  const directory = temporaryDir("fleet-edit-");
  const file = join(directory, name);
  let given: string | undefined;
  const edit: Editor = async (text) => {
    given = text;
    replaceFile(file, text, { sync: false });
    const args = ["-c", `${editor} "$1"`, "editor", file];
    const done = await runProgram({ file: "sh", args, cwd, env, terminal: "all" });
    if (done.kind === "ended" && done.code === 0) return readGiven(file);
    throw new CommandError(`the editor (${editor}) failed, so nothing was changed`, again);
  };
  try {
    const done = await work(edit);
    removeTree(directory);
    return done;
  } catch (error) {
    if (isWritten(file, given)) err(`What you wrote is kept in ${file}\n`);
    else removeTree(directory);
    throw error;
  }
}

/** One that can't be read is not thrown away. */
function isWritten(file: string, given: string | undefined): boolean {
  try {
    return given !== undefined && readGiven(file) !== given;
  } catch {
    return true;
  }
}

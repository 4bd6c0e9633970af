/** Opens a text in the person's editor. $EDITOR is a command line, as for git, so a shell runs it. */
import { join } from "node:path";

import { removeTree, replaceFile } from "@fleet/kit/files";
import { readGiven, temporaryDir } from "@fleet/kit/given";
import { runProgram } from "@fleet/kit/process/run";

import { CommandError } from "../app/errors.ts";
import type { Io } from "../app/io.ts";

export interface Edited {
  /** The file's extension, by which editors choose a syntax. */
  readonly name: string;
  /** The command that repeats this with another editor. */
  readonly again: string;
}

/** Returns the edited text. */
export type Editor = (text: string) => Promise<string>;

/** `work` may open the editor repeatedly. If it fails, the last text is kept, and its path is printed. */
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

/** If the file can't be read, it is kept. */
function isWritten(file: string, given: string | undefined): boolean {
  try {
    return given !== undefined && readGiven(file) !== given;
  } catch {
    return true;
  }
}

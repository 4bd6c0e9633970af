/**
 * Several tasks in one command: each for itself. What can't be done is said on stderr and stops no other; the exit status says
 * that there was one. With --json the last line of stderr is one JSON object that names them, as for `fleet bd`.
 */
import { printableJson } from "@fleet/kit/printable";

import { EXIT, errorText } from "../../app/errors.ts";
import type { Io } from "../../app/io.ts";
import { type Args, flag, json, texts } from "./command.ts";

/** `work` says what was done, as a row of the list that --json prints. */
export async function each(io: Io, args: Args, work: (id: string) => Promise<object>): Promise<number> {
  const done: object[] = [];
  const errors: { readonly id: string; readonly error: string }[] = [];
  let exit: number = EXIT.ok;
  const ids = texts(args, "id");
  for (const id of ids) {
    try {
      done.push(await work(id));
    } catch (error) {
      const { text, exitCode } = errorText(error, io.env);
      io.err(ids.length === 1 ? text : text.replace(/^Error: /, `Error: ${id}: `));
      errors.push({ id, error: error instanceof Error ? error.message : String(error) });
      if (exit === EXIT.ok) exit = exitCode;
    }
  }
  if (flag(args, "json")) {
    if (done.length > 0) io.out(json(done));
    if (errors.length > 0) io.err(`${printableJson(JSON.stringify({ errors, schema_version: 1 }))}\n`);
  }
  return exit;
}

/**
 * Several tasks in one command: each for itself. What can't be done is said on stderr and stops no other; the exit status says
 * that there was one. With --json it is one object: what was done, and what was not.
 */
import { errorText, errorView } from "../../app/error-text.ts";
import { EXIT } from "../../app/errors.ts";
import type { Io } from "../../app/io.ts";
import { type Args, flag, json, texts } from "./command.ts";

/** `work` says what was done, which `shown` has in words. `ids`: of the tasks, where they are not the arguments. */
export async function each<T extends object>(
  io: Io,
  args: Args,
  work: (id: string) => Promise<T>,
  shown: (done: T) => string,
  ids: readonly string[] = texts(args, "id"),
): Promise<number> {
  const asJson = flag(args, "json");
  const done: T[] = [];
  const errors: object[] = [];
  let exit: number = EXIT.ok;
  for (const id of ids) {
    try {
      const one = await work(id);
      done.push(one);
      if (!asJson) io.out(shown(one));
    } catch (error) {
      const { text, exitCode } = errorText(error, io.env);
      if (!asJson) io.err(ids.length === 1 ? text : text.replace(/^Error: /, `Error: ${id}: `));
      errors.push({ id, ...errorView(error) });
      if (exit === EXIT.ok) exit = exitCode;
    }
  }
  if (asJson) io.out(json({ done, errors }));
  return exit;
}

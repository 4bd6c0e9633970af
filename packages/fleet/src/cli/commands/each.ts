/**
 * Runs a command on several tasks. A failure is printed on stderr and does not stop the others; the exit status is 1 if there was
 * any. With --json one object has both: what was done, and what failed.
 */
import { errorText, errorView } from "../../app/error-text.ts";
import { EXIT } from "../../app/errors.ts";
import type { Io } from "../../app/io.ts";
import { type Args, flag, json, texts } from "./command.ts";

/** `work` returns what was done; `shown` formats it. `ids`: the tasks, where the arguments don't name them. */
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

/** Calls a verb in this process: prints nothing, returns the answer as data, and throws refusals. */
import { sound } from "@fleet/kit/text";

import type { Io } from "../app/io.ts";
import { countTrouble, parse } from "./args.ts";
import { type Surroundings, makeContext, readonlyRefusal } from "./context.ts";
import { Exit, Refusal } from "./errors.ts";
import { descend, flagsOf, isMisuse } from "./find-verb.ts";
import { type Gathered, gathering } from "./sink.ts";
import { locate } from "./table.ts";

export interface Called extends Gathered {
  /** False if a part failed; the reason is among the warnings. */
  readonly isDone: boolean;
}

/** `line`: the verb and its arguments, as after `fleet bd`. Not interactive: no terminal, empty standard input. */
export async function callVerb(
  line: readonly string[],
  world: Pick<Io, "cwd" | "isCwdGone" | "env" | "now" | "interrupted">,
): Promise<Called> {
  // A client may send lone surrogates or U+0000; a shell can't.
  const [word = "", ...rest] = line.map(sound);
  const entry = locate(word);
  if (entry === undefined) throw new Refusal(`unknown command ${JSON.stringify(word)}`, { hint: "fleet bd help" });
  const { verb: top } = await entry.load();
  const found = descend({ path: entry.name, aliases: [], verb: top, argv: rest });
  if ("unknown" in found)
    throw new Refusal(`unknown command ${JSON.stringify(found.unknown)}`, { hint: `fleet bd help ${found.path}` });
  const { verb, argv, path } = found;
  const hint = `fleet bd help ${path}`;
  const args = parse(argv, flagsOf(verb));
  if (isMisuse(args)) throw new Refusal(args.message, { hint });
  if (args.flag("help")) throw new Refusal("help is text for people", { hint });
  const trouble = countTrouble(args.positionals.length, verb);
  if (trouble !== undefined || verb.run === undefined)
    throw new Refusal(trouble ?? `${path} needs a verb below it`, { hint });
  if (verb.writes === true && args.flag("readonly")) throw readonlyRefusal(path.split(" ")[0] ?? path);
  const io: Surroundings = {
    cwd: world.cwd,
    ...(world.isCwdGone === undefined ? {} : { isCwdGone: world.isCwdGone }),
    env: world.env,
    now: world.now,
    interrupted: world.interrupted,
    stdin: async () => Buffer.alloc(0),
    isTerminal: { stdin: false, stdout: false, stderr: false },
  };
  const { sink, gathered } = gathering();
  const exit = await exitOf(async () => await verb.run?.(makeContext(io, args, word, sink), args));
  return { ...gathered(), isDone: exit === 0 };
}

/** An `Exit` has been reported to the sink already. */
async function exitOf(run: () => Promise<number | void>): Promise<number> {
  try {
    return (await run()) ?? 0;
  } catch (error) {
    if (error instanceof Exit) return error.code;
    throw error;
  }
}

/** The coders there are. A new one is a folder, its recordings, a line here and one in known.ts. */
import { agy } from "./agy/index.ts";
import { claude } from "./claude/index.ts";
import { codex } from "./codex/index.ts";
import type { Coder } from "./coder.ts";
import { adjusted, AdjustedCoder } from "./adjusted.ts";
import { DeclaredCoder, declared, type ReadCoder, readWritten } from "./declared/index.ts";
import type { BuiltIn } from "./known.ts";
import { gemini } from "./gemini/index.ts";
import { opencode } from "./opencode/index.ts";
import { shell } from "./shell/index.ts";

const ALL: Readonly<Record<BuiltIn, Coder>> = { claude, codex, agy, opencode, gemini, shell };

export const builtIn: ReadonlyMap<string, Coder> = new Map(Object.entries(ALL));

/** A person's settings under a coder's name: changes of a built-in one, or a whole new one. */
export type WrittenCoder = AdjustedCoder | DeclaredCoder;

/** One that begins with the command to start takes the place of the built-in one of its name. */
export const readCoder = (name: string, value: unknown): ReadCoder<WrittenCoder> =>
  builtIn.has(name) && !(typeof value === "object" && value !== null && "argv" in value)
    ? readWritten(AdjustedCoder, name, value)
    : readWritten(DeclaredCoder, name, value);

/** The built-in coders, then the declared ones, each with what a person set for it. */
export function registry(written: Readonly<Record<string, WrittenCoder>> = {}): ReadonlyMap<string, Coder> {
  const own = Object.entries(written).flatMap(([name, settings]): (readonly [string, Coder])[] => {
    const coder = "argv" in settings ? declared(name, settings) : builtIn.get(name);
    return coder === undefined ? [] : [[name, adjusted(coder, settings)]];
  });
  return new Map<string, Coder>([...builtIn, ...own]);
}

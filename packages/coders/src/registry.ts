/** The coders there are. A new one is a folder and a line here. */
import { claude } from "./claude/index.ts";
import { codex } from "./codex/index.ts";
import type { Coder } from "./coder.ts";
import { shell } from "./shell/index.ts";

/** In the order in which they are shown. */
const ALL: readonly Coder[] = [
  claude, //
  codex,
  shell,
];

export const builtIn: ReadonlyMap<string, Coder> = new Map(ALL.map((coder) => [coder.name, coder]));

export function coderNames(): readonly string[] {
  return [...builtIn.keys()];
}

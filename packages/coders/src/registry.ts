/** The coders there are. A new one is a folder, its recordings and a line here. */
import { agy } from "./agy/index.ts";
import { claude } from "./claude/index.ts";
import { codex } from "./codex/index.ts";
import type { Coder } from "./coder.ts";
import { type DeclaredCoder, declared } from "./declared/index.ts";
import { gemini } from "./gemini/index.ts";
import { opencode } from "./opencode/index.ts";
import { shell } from "./shell/index.ts";

/** In the order in which they are shown. */
const ALL: readonly Coder[] = [
  claude, //
  codex,
  agy,
  opencode,
  gemini,
  shell,
];

export const builtIn: ReadonlyMap<string, Coder> = new Map(ALL.map((coder) => [coder.name, coder]));

export function coderNames(): readonly string[] {
  return [...builtIn.keys()];
}

/** The built-in coders, then the declared ones; one that has a built-in's name takes its place. */
export function registry(written: Readonly<Record<string, DeclaredCoder>> = {}): ReadonlyMap<string, Coder> {
  const own = Object.entries(written).map(([name, coder]) => [name, declared(name, coder)] as const);
  return new Map<string, Coder>([...builtIn, ...own]);
}

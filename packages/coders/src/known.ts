/**
 * Which coders there are, and what is asked of all of them at once, as plain data: whoever shows tasks loads no coder. The
 * coders themselves are in registry.ts, whose type holds it to these names.
 */
import type { WrittenCoder } from "./registry.ts";

export interface Traits {
  /** It runs the task's own words as a script; any other is an agent. */
  readonly isScript: boolean;
  /** Its runs cost money on an account. */
  readonly needsAccount: boolean;
}

const AGENT: Traits = { isScript: false, needsAccount: true };

/** In the order in which they are shown. */
const BUILT_IN = {
  claude: AGENT,
  codex: AGENT,
  agy: AGENT,
  opencode: AGENT,
  gemini: AGENT,
  shell: { isScript: true, needsAccount: false },
} as const satisfies Readonly<Record<string, Traits>>;
export type BuiltIn = keyof typeof BUILT_IN;

export const builtInTraits: ReadonlyMap<string, Traits> = new Map(Object.entries(BUILT_IN));

/** As `registry`: the built-in coders, then the declared ones. */
export function knownCoders(written: Readonly<Record<string, WrittenCoder>>): ReadonlyMap<string, Traits> {
  const own = Object.entries(written).flatMap(([name, settings]): (readonly [string, Traits])[] => {
    const traits = "argv" in settings ? { ...AGENT, isScript: settings.prompt === "script" } : builtInTraits.get(name);
    return traits === undefined ? [] : [[name, traits]];
  });
  return new Map([...builtInTraits, ...own]);
}

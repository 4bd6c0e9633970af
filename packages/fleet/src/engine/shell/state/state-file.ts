/**
 * The small files of .git/fleet that say what may be claimed. One that is not there says nothing; one that can't be
 * understood may have said "no", so it is told from that: nothing is claimed until a person has said again what is to be.
 */
import { join } from "node:path";

import { gitDirOf } from "@fleet/store/home";

import { readText } from "@fleet/kit/read";
import { refusedByMachine } from "@fleet/kit/shortage";

export type State<T> =
  | { readonly kind: "none" }
  | { readonly kind: "known"; readonly value: T }
  /** `why`: it is there, and can't be read or decoded. */
  | { readonly kind: "unreadable"; readonly why: string };

export const statePath = (home: string, ...names: readonly string[]): string => join(gitDirOf(home), "fleet", ...names);

type Decode<T> = (value: unknown) => { readonly success: true; readonly data: T } | { readonly success: false };

export function readState<T>(path: string, decode: Decode<T>): State<T> {
  const unreadable = (why: string): State<T> => ({ kind: "unreadable", why: `${path} can't be read (${why})` });
  try {
    const text = readText(path);
    if (text === undefined) return { kind: "none" };
    const decoded = decode(JSON.parse(text));
    return decoded.success ? { kind: "known", value: decoded.data } : unreadable("not what fleet writes there");
  } catch (error) {
    // The machine is short of something: that says nothing of the file, and no person is to mend it.
    if (refusedByMachine(error) !== undefined) throw error;
    if (error instanceof SyntaxError) return unreadable("cut short, or no JSON");
    return unreadable(error instanceof Error ? error.message : String(error));
  }
}

/**
 * Words of a closed set to which a home may add its own: statuses, types, edge types. Those that are known are a union, so
 * that the compiler checks each comparison and each switch; any other text is a `Custom`, kept and written back as it is.
 */
import { type Shape, string } from "./shape.ts";

/**
 * A word that a home or another program added to a set: a string that equals no literal. An enum, since the compiler lets a
 * branded string be compared with any literal, and `status === "closd"` would be no error. Nothing of it is there at run time,
 * and it is never one of these two: with a single member it would be a constant.
 */
declare enum Opaque {
  one = "a custom word",
  other = "another custom word",
}

export type Custom = Opaque;

/** For the type only: what is no known word is a custom one, whatever it is. */
function accept(_text: string): asserts _text is Custom {}

export interface Words<Known extends string> {
  readonly isKnown: (text: string) => text is Known;
  readonly of: (text: string) => Known | Custom;
  /** For a switch that says of each known one what it means; undefined for a custom one. */
  readonly known: (word: Known | Custom) => Known | undefined;
  /** A field of a line that holds such a word. */
  readonly shape: Shape<Known | Custom>;
}

export function words<Known extends string>(all: readonly Known[]): Words<Known> {
  const names: ReadonlySet<string> = new Set(all);
  const isKnown = (text: string): text is Known => names.has(text);
  const of = (text: string): Known | Custom => {
    if (isKnown(text)) return text;
    accept(text);
    return text;
  };
  return {
    isKnown,
    of,
    known: (word) => (isKnown(word) ? word : undefined),
    shape: { optional: false, fault: string.fault },
  };
}

/**
 * What the hot formats of the store must look like: an issue's line, a memory's, meta.json, fleet's record. The same idea
 * as zod/mini in the few words that these need; the other formats of the project are zod's. Why not here: importing zod
 * costs 10 ms of CPU at each start (bare Node 20 takes 23; 59 where NODE_EXTRA_CA_CERTS is set), on every verb that agents
 * call in a loop, and these checks run 100 000 times when a large home is read.
 *
 * Objects are loose: fields that are not named stay.
 */

import { isObject } from "@fleet/kit/is-object";

/** Where a value is not as it should be, and what was expected there. */
interface Fault {
  readonly path: string;
  readonly why: string;
}

export interface Shape<T> {
  /** Undefined when the value is a T. */
  readonly fault: (value: unknown) => Fault | undefined;
  readonly optional: boolean;
  /** For the type only; never there. */
  readonly type?: T;
}

export type Infer<S> = S extends Shape<infer T> ? T : never;

function primitive<T>(expected: string, is: (value: unknown) => boolean): Shape<T> {
  return { optional: false, fault: (value) => (is(value) ? undefined : { path: "", why: `expected ${expected}` }) };
}

export const string: Shape<string> = primitive("string", (value) => typeof value === "string");
export const number: Shape<number> = primitive("number", (value) => Number.isFinite(value));
export const boolean: Shape<boolean> = primitive("boolean", (value) => typeof value === "boolean");
export const unknown: Shape<unknown> = primitive("anything", () => true);

/** A text that this expression matches; `what` says it in words. */
export const matching = (expression: RegExp, what: string): Shape<string> =>
  primitive(what, (value) => typeof value === "string" && expression.test(value));

export function either<A, B>(a: Shape<A>, b: Shape<B>): Shape<A | B> {
  return { optional: false, fault: (value) => (a.fault(value) === undefined ? undefined : b.fault(value)) };
}

/** A field that may be missing; null is not missing. */
export interface Optional<T> extends Shape<T> {
  readonly optional: true;
}

export const optional = <T>(shape: Shape<T>): Optional<T> => ({ ...shape, optional: true });

const below = (name: string | number, fault: Fault): Fault => ({
  path: fault.path === "" ? String(name) : `${name}.${fault.path}`,
  why: fault.why,
});

export function array<T>(item: Shape<T>): Shape<T[]> {
  const fault = (value: unknown): Fault | undefined => {
    if (!Array.isArray(value)) return { path: "", why: "expected array" };
    for (let index = 0; index < value.length; index++) {
      const inside = item.fault(value[index]);
      if (inside !== undefined) return below(index, inside);
    }
    return undefined;
  };
  return { optional: false, fault };
}

export function record<T>(item: Shape<T>): Shape<Record<string, T>> {
  const fault = (value: unknown): Fault | undefined => {
    if (!isObject(value)) return { path: "", why: "expected object" };
    for (const name in value) {
      const inside = item.fault(value[name]);
      if (inside !== undefined) return below(name, inside);
    }
    return undefined;
  };
  return { optional: false, fault };
}

type Fields = Readonly<Record<string, Shape<unknown>>>;
type OptionalNames<F> = { [K in keyof F]: F[K] extends Optional<unknown> ? K : never }[keyof F];
type ObjectOf<F> = { [K in Exclude<keyof F, OptionalNames<F>>]: Infer<F[K]> } & {
  [K in OptionalNames<F>]?: Infer<F[K]> | undefined;
} & { [name: string]: unknown };

export function object<F extends Fields>(fields: F): Shape<ObjectOf<F>> {
  const named = Object.entries(fields);
  const fault = (value: unknown): Fault | undefined => {
    if (!isObject(value)) return { path: "", why: "expected object" };
    for (const [name, shape] of named) {
      const field = value[name];
      if (field === undefined && shape.optional) continue;
      const inside = shape.fault(field);
      if (inside !== undefined) return below(name, inside);
    }
    return undefined;
  };
  return { optional: false, fault };
}

/** True when the value is what the shape says. */
export function is<T>(shape: Shape<T>, value: unknown): value is T {
  return shape.fault(value) === undefined;
}

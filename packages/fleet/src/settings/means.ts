/** What a setting is for, told beside its schema. Unlike a description of zod's own it copies nothing, and every command pays for copies. */
const MEANINGS = new WeakMap<object, string>();

export function means<S extends object>(schema: S, what: string): S {
  MEANINGS.set(schema, what);
  return schema;
}

export const meaningOf = (schema: object): string | undefined => MEANINGS.get(schema);

/** Takes secrets out of what is about to be written for ever: git forgets nothing. Pure. */
import type { Change } from "./decision.ts";
import type { Memories } from "./memories.ts";

/** `name` stands where the value stood. */
export interface Secret {
  readonly name: string;
  readonly value: string;
}

/** Shorter ones are words that stand in any text. */
const SHORTEST = 6;

/** The longest first: one may be a part of another. */
export function redacting(secrets: readonly Secret[]): (text: string) => string {
  const known = secrets.filter(({ value }) => value.length >= SHORTEST);
  known.sort((a, b) => b.value.length - a.value.length);
  return (text) => known.reduce((left, { name, value }) => left.replaceAll(value, `[${name}]`), text);
}

type Redact = (text: string) => string;

/** The texts of what JSON can hold, names of fields among them, and nothing else of it. */
function below<T>(value: T, redact: Redact): T;
function below(value: unknown, redact: Redact): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map((one: unknown) => below(one, redact));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]: [string, unknown]) => [redact(name), below(one, redact)]),
  );
}

function remembered(memories: Memories, redact: Redact): Memories {
  return { ...memories, values: new Map([...memories.values].map(([key, text]) => [redact(key), redact(text)])) };
}

/** The change as it may be written. */
export function withoutSecrets<C extends Change>(change: C, secrets: readonly Secret[] | undefined): C {
  if (secrets === undefined || secrets.length === 0) return change;
  const redact = redacting(secrets);
  return {
    ...change,
    subject: redact(change.subject),
    ...(change.body === undefined ? {} : { body: redact(change.body) }),
    ...(change.trailers === undefined ? {} : { trailers: below(change.trailers, redact) }),
    ...(change.issues === undefined ? {} : { issues: below(change.issues, redact) }),
    ...(change.memories === undefined ? {} : { memories: remembered(change.memories, redact) }),
    ...(change.files === undefined ? {} : { files: below(change.files, redact) }),
  };
}

/** remember and forget, and what `bd config set` keeps. */
import { type Act, type Decision, none } from "../decision.ts";
import { StoreError } from "../errors.ts";
import { type Memories, slug } from "../memories.ts";
import type { Snapshot } from "../snapshot.ts";

export interface Remembered {
  readonly key: string;
  readonly value: string;
  readonly action: "remembered" | "updated";
}

export function remember(
  snapshot: Snapshot,
  _act: Act,
  input: { readonly key?: string | undefined; readonly value: string },
): Decision<Remembered> {
  if (input.value.trim() === "") throw new StoreError("invalid", "memory content cannot be empty");
  const key = input.key ?? slug(input.value);
  if (key === "") throw new StoreError("invalid", "a memory needs a key", { mend: "fleet bd remember TEXT --key KEY" });
  const { values, others, kept } = snapshot.memories();
  const action = values.has(key) ? "updated" : "remembered";
  const result: Remembered = { key, value: input.value, action };
  if (values.get(key) === input.value) return none(result);
  const memories: Memories = { values: new Map([...values, [key, input.value]]), ...(others && { others }), kept };
  return { kind: "commit", event: "remember", subject: `${key}: ${input.value.slice(0, 100)}`, memories, result };
}

export function forget(snapshot: Snapshot, _act: Act, key: string): Decision<string> {
  const { values, others, kept } = snapshot.memories();
  if (!values.has(key)) throw new StoreError("not-found", `No memory with key "${key}"`, { mend: "fleet bd memories" });
  const left = new Map(values);
  left.delete(key);
  return {
    kind: "commit",
    event: "forget",
    subject: key,
    memories: { values: left, ...(others && { others }), kept },
    result: key,
  };
}

export function setConfig(snapshot: Snapshot, _act: Act, key: string, value: string | undefined): Decision<undefined> {
  const { meta } = snapshot;
  const config = { ...meta.config };
  if (value === undefined) delete config[key];
  else config[key] = value;
  if (meta.config[key] === value) return none(undefined);
  const subject = value === undefined ? `unset ${key}` : `${key} = ${value}`;
  return { kind: "commit", event: "config", subject, meta: { ...meta, config }, result: undefined };
}

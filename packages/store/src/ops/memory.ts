/** remember and forget, and what `bd config set` keeps. */
import { isBlank } from "@fleet/kit/text";
import { type Act, type Decision, none } from "../decision.ts";
import { StoreError } from "../errors.ts";
import { checkSize } from "../intake.ts";
import { slug, withMemory, withoutMemory, memoriesOf } from "../memories.ts";
import type { Snapshot } from "../snapshot.ts";

export interface Remembered {
  readonly key: string;
  readonly value: string;
  readonly action: "remembered" | "updated";
}

export function remember(
  snapshot: Snapshot,
  act: Act,
  input: { readonly key?: string | undefined; readonly value: string },
): Decision<Remembered> {
  if (isBlank(input.value)) throw new StoreError("invalid", "memory content cannot be empty");
  checkSize("the memory", input.value);
  const key = input.key ?? slug(input.value);
  if (key === "") throw new StoreError("invalid", "a memory needs a key", { mend: "fleet bd remember TEXT --key KEY" });
  const before = memoriesOf(snapshot);
  const { values } = before;
  const action = values.has(key) ? "updated" : "remembered";
  const result: Remembered = { key, value: input.value, action };
  if (values.get(key) === input.value) return none(result);
  const memories = withMemory(before, key, input.value, act.now);
  return { kind: "commit", event: "remember", subject: `${key}: ${input.value}`, memories, result };
}

export function forget(snapshot: Snapshot, act: Act, key: string): Decision<string> {
  const before = memoriesOf(snapshot);
  if (!before.values.has(key))
    throw new StoreError("not-found", `No memory with key "${key}"`, { mend: "fleet bd memories" });
  return {
    kind: "commit",
    event: "forget",
    subject: key,
    memories: withoutMemory(before, key, act.now),
    result: key,
  };
}

export function setConfig(snapshot: Snapshot, _act: Act, key: string, value: string | undefined): Decision<undefined> {
  if (value !== undefined) checkSize(key, value);
  const { meta } = snapshot;
  const config = { ...meta.config };
  if (value === undefined) delete config[key];
  else config[key] = value;
  if (meta.config[key] === value) return none(undefined);
  const subject = value === undefined ? `unset ${key}` : `${key} = ${value}`;
  return { kind: "commit", event: "config", subject, meta: { ...meta, config }, result: undefined };
}

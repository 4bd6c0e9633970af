/**
 * What runs have told of their models: how large the context is, what a token costs. claude tells both only with its result, so
 * a run is measured, and one that is killed counted, by what an earlier run was told. Never a table of ours.
 */
import { join } from "node:path";
import * as z from "zod/mini";

import { readJsonAs } from "@fleet/kit/json";
import { replaceFile } from "@fleet/kit/files";

/** Each has a file of its own: numbers, by coder and model. */
type Fact = "windows" | "prices";

interface Model {
  readonly coder: string;
  readonly model?: string | undefined;
}

const schema = z.record(z.string(), z.number());
const path = (home: string, fact: Fact): string => join(home, "run", `${fact}.json`);
const key = ({ coder, model }: Model): string => `${coder} ${model ?? ""}`;

const read = (home: string, fact: Fact): Record<string, number> => readJsonAs(path(home, fact), schema) ?? {};

export const knownOf = (home: string, fact: Fact, model: Model): number | undefined => read(home, fact)[key(model)];

export type ModelFacts = (fact: Fact, model: Model) => number | undefined;

/** The same for many at once: each file is read at most once. */
export function modelFacts(home: string): ModelFacts {
  const known = new Map<Fact, Record<string, number>>();
  return (fact, model) => {
    const numbers = known.get(fact) ?? read(home, fact);
    known.set(fact, numbers);
    return numbers[key(model)];
  };
}

export function remember(home: string, fact: Fact, model: Model, value: number | undefined): void {
  if (value === undefined) return;
  const known = read(home, fact);
  if (known[key(model)] === value) return;
  replaceFile(path(home, fact), `${JSON.stringify({ ...known, [key(model)]: value })}\n`);
}

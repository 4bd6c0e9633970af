/**
 * How large each model's context is, as its coder last said: claude tells it only with its result, so the first pressure
 * of a run is measured against what an earlier run was told. Never a table of ours.
 */
import { join } from "node:path";
import * as z from "zod/mini";

import { readJsonAs } from "@fleet/kit/json";
import { replaceFile } from "@fleet/kit/files";

const schema = z.record(z.string(), z.number());
const path = (home: string): string => join(home, "run", "windows.json");
const key = (coder: string, model: string | undefined): string => `${coder} ${model ?? ""}`;

const read = (home: string): Record<string, number> => readJsonAs(path(home), schema) ?? {};

export const knownWindow = (home: string, coder: string, model: string | undefined): number | undefined =>
  read(home)[key(coder, model)];

export function rememberWindow(home: string, coder: string, model: string | undefined, window: number): void {
  const known = read(home);
  if (known[key(coder, model)] === window) return;
  replaceFile(path(home), `${JSON.stringify({ ...known, [key(coder, model)]: window })}\n`);
}

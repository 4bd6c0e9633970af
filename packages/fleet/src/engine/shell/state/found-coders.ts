/** With which PATH `fleet coders` found each coder last: a cache, for tasks and supervisors whose own PATH lacks it. */
import { join } from "node:path";
import * as z from "zod/mini";

import { replaceFile } from "@fleet/kit/files";
import { readJsonAs } from "@fleet/kit/json";

const schema = z.record(z.string(), z.string());
const pathOf = (home: string): string => join(home, "run", "coders.json");

export const foundCoders = (home: string): Readonly<Record<string, string>> => readJsonAs(pathOf(home), schema) ?? {};

export function rememberFound(home: string, coders: readonly string[], path: string): void {
  const known = foundCoders(home);
  const next = { ...known, ...Object.fromEntries(coders.map((name) => [name, path])) };
  if (JSON.stringify(next) !== JSON.stringify(known)) replaceFile(pathOf(home), `${JSON.stringify(next)}\n`);
}

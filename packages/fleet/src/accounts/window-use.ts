/** How far each account's usage windows are used, as its coder last said; under run/, as it is only for showing. */
import { join } from "node:path";
import * as z from "zod/mini";

import type { LimitEvent } from "@fleet/coders/facts";

import { readJson, replaceFile } from "../files.ts";

const use = z.object({
  /** 0 to 1, where the coder tells. */
  utilization: z.optional(z.number()),
  /** RFC 3339. */
  resets: z.optional(z.string()),
  detail: z.string(),
  at: z.string(),
});
export type WindowUse = z.infer<typeof use>;

const schema = z.record(z.string(), z.record(z.string(), use));
export type Windows = z.infer<typeof schema>;

const path = (home: string): string => join(home, "run", "account-windows.json");

export function readWindows(home: string): Windows {
  const decoded = z.safeParse(schema, readJson(path(home)) ?? {});
  return decoded.success ? decoded.data : {};
}

/** Keeps what a limit event says of a window. */
export function rememberUse(home: string, account: string, event: LimitEvent, wall: number): void {
  if (event.scope !== "window" || event.state === "retrying") return;
  const known = readWindows(home);
  const name = event.window ?? "window";
  const utilization = event.utilization ?? (event.state === "rejected" ? 1 : undefined);
  const before = known[account]?.[name];
  if (before?.utilization === utilization && before?.resets === event.until && before?.detail === event.detail) return;
  const now: WindowUse = {
    ...(utilization === undefined ? {} : { utilization }),
    ...(event.until === undefined ? {} : { resets: event.until }),
    detail: event.detail,
    at: new Date(wall).toISOString(),
  };
  replaceFile(path(home), `${JSON.stringify({ ...known, [account]: { ...known[account], [name]: now } })}\n`);
}

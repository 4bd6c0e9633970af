/** How far each account's usage windows are used, as its coder last said; under run/, as it is only for showing. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";

import { gitDirOf } from "@fleet/store/home";

import { readJsonAs } from "@fleet/kit/json";
import { replaceFile } from "@fleet/kit/files";
import { accountOf } from "../../core/attempt.ts";
import type { Handle } from "../loop/handle.ts";

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

export const readWindows = (home: string): Windows => readJsonAs(path(home), schema) ?? {};

/** What a run's stream told of its account's windows. A limit that names no window, or one not told of, counts too. */
function told({ windows = {}, limit }: NonNullable<Handle["open"]["toldUse"]>): Record<string, Omit<WindowUse, "at">> {
  const uses: Record<string, Omit<WindowUse, "at">> = {};
  const add = (
    name: string,
    used: number | undefined,
    until: string | undefined,
    isFull: boolean,
    detail: string,
  ): void => {
    const utilization = used ?? (isFull ? 1 : undefined);
    uses[name] = {
      ...(utilization === undefined ? {} : { utilization }),
      ...(until === undefined ? {} : { resets: until }),
      detail,
    };
  };
  if (limit?.scope === "window" && limit.state !== "retrying")
    add(limit.window ?? "window", limit.utilization, limit.until, limit.state === "rejected", limit.detail);
  for (const [name, { status, utilization, until }] of Object.entries(windows))
    add(name, utilization, until, status === "rejected", status);
  return uses;
}

const same = (one: Omit<WindowUse, "at"> | undefined, other: Omit<WindowUse, "at">): boolean =>
  one?.utilization === other.utilization && one?.resets === other.resets && one?.detail === other.detail;

/** Of these windows, those that are not over: what was used of the others says nothing any more. */
export const current = (uses: Readonly<Record<string, WindowUse>>, wall: number): Record<string, WindowUse> =>
  Object.fromEntries(
    Object.entries(uses).filter(([, { resets }]) => resets === undefined || !(Date.parse(resets) <= wall)),
  );

/** It told something of them that was not taken over yet. */
export function isNewUse({ open: { tail, toldUse } }: Handle): boolean {
  const { windows, limit } = tail?.facts ?? {};
  return windows !== toldUse?.windows || limit !== toldUse?.limit;
}

/**
 * Keeps what an attempt tells of its account's windows, each thing once: what it told long ago is not to replace what
 * another attempt on the same account tells now.
 */
export function rememberUse(home: string, handle: Handle, wall: number): void {
  const { windows, limit } = handle.open.tail?.facts ?? {};
  if (!isNewUse(handle)) return;
  // A home that is being deleted is not made again.
  if (!existsSync(gitDirOf(home))) return;
  const account = accountOf(handle);
  const known = readWindows(home);
  const at = new Date(wall).toISOString();
  const news = Object.entries(told({ windows, limit })).filter(([name, use]) => !same(known[account]?.[name], use));
  if (news.length > 0) {
    const now = { ...known[account], ...Object.fromEntries(news.map(([name, use]) => [name, { ...use, at }])) };
    replaceFile(path(home), `${JSON.stringify({ ...known, [account]: now })}\n`);
  }
  handle.open.toldUse = { windows, limit };
}

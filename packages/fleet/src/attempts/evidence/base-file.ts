/** tasks/ID/base.jsonl: how what is to be proven failed where the task began. One run serves all of its attempts. */
import { join } from "node:path";

import { appendJsonLine, readJsonLines } from "@fleet/kit/lines";

import { type OnBase, onBase } from "../records/on-base.ts";
import { taskDir } from "../records/paths.ts";

const pathOf = (home: string, task: string): string => join(taskDir(home, task), "base.jsonl");

export const keepOnBase = (home: string, task: string, ran: OnBase): void => appendJsonLine(pathOf(home, task), ran);

/** The last of each command since then, in milliseconds since 1970. */
export const readOnBase = (home: string, task: string, since: number): ReadonlyMap<string, OnBase> =>
  new Map(
    readJsonLines(pathOf(home, task), onBase).flatMap((ran) =>
      Date.parse(ran.at) >= since ? [[ran.command, ran] as const] : [],
    ),
  );

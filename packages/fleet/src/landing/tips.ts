/**
 * The tips of a source's branches when all landed work was on them, in one file for each source. Comparing one ref with it tells
 * whether anything may have been removed since. Remote branches are not kept: they are asked when something lands.
 */
import { join } from "node:path";
import * as z from "zod/mini";

import { ifReadable } from "@fleet/kit/errors";
import { replaceFile } from "@fleet/kit/files";
import { isOid } from "@fleet/kit/git/oid";
import { refsIn } from "@fleet/kit/git/refs-in";
import type { Source } from "@fleet/kit/git/source";
import { readJsonAs } from "@fleet/kit/json";
import { own } from "@fleet/kit/own";
import { readText } from "@fleet/kit/read";

import { list } from "@fleet/kit/list";
import { landingDir, workDir } from "../workspaces/paths.ts";
import { type InTree, isAncestor } from "./git-in-tree.ts";

const schema = z.object({
  top: z.string(),
  common_dir: z.string(),
  objects: z.string(),
  targets: z.record(
    z.string(),
    z.object({
      tip: z.string(),
      /** Landed work that is missing at that tip. */
      off: z.array(z.object({ task: z.string(), commit: z.string() })),
    }),
  ),
});
export type Tips = z.infer<typeof schema>;

const SUFFIX = ".tips.json";
const pathOf = (home: string, commonDir: string): string => `${landingDir(home, commonDir)}${SUFFIX}`;

/** An unreadable file counts as empty, and the next landing in that source rewrites it. */
const readTips = (path: string): Tips | undefined => ifReadable(() => readJsonAs(path, schema));

/** Of all sources in which something landed. */
export const allTips = (home: string): Tips[] =>
  list(workDir(home)).flatMap((name) => (name.endsWith(SUFFIX) ? (readTips(join(workDir(home), name)) ?? []) : []));

export const writeTips = (home: string, tips: Tips): void =>
  replaceFile(pathOf(home, tips.common_dir), `${JSON.stringify(tips)}\n`, { sync: false });

interface Seen {
  readonly source: Source;
  readonly target: string;
  readonly tip: string;
}

/** Called by whoever saw work on the branch. A tip at which work was missing is replaced only by the check in still-there.ts. */
export async function noteTip(tree: InTree, home: string, { source, target, tip }: Seen): Promise<void> {
  const { top, commonDir: common_dir, objects } = source;
  const known = readTips(pathOf(home, common_dir))?.targets ?? {};
  const last = own(known, target);
  if (last !== undefined && (last.tip === tip || !(await isAncestor(tree, last.tip, tip)))) return;
  writeTips(home, { top, common_dir, objects, targets: { ...known, [target]: { tip, off: last?.off ?? [] } } });
}

const HEADS = "refs/heads/";
/** Follows symbolic refs. */
const DEEPEST = 5;

/** Read without git; undefined for a missing ref, or one in a format that only git reads. */
export function tipAt(commonDir: string, target: string): string | undefined {
  let name = HEADS + target;
  for (let deep = 0; deep < DEEPEST; deep++) {
    const text = readText(join(commonDir, name))?.trim() ?? "";
    if (isOid(text)) return text;
    const leads = /^ref: (refs\/heads\/.+)$/.exec(text)?.[1];
    if (leads === undefined) break;
    name = leads;
  }
  return refsIn(commonDir, "refs/heads").find((one) => one.name === name)?.oid;
}

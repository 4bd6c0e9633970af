/**
 * Where the branches of a source were when all that had landed on them was there: in a file for each source, so that a look at one ref
 * tells whether anything may have been taken off since. Of branches of a remote nothing is kept: they are asked when something lands.
 */
import { join } from "node:path";
import * as z from "zod/mini";

import { ifReadable } from "@fleet/kit/errors";
import { replaceFile } from "@fleet/kit/files";
import { isOid } from "@fleet/kit/git/oid";
import { refsIn } from "@fleet/kit/git/refs-in";
import type { Source } from "@fleet/kit/git/source";
import { readJsonAs } from "@fleet/kit/json";
import { readText } from "@fleet/kit/read";

import { list } from "../attempts/records/paths.ts";
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
      /** What had landed, and is not there at that tip. */
      off: z.array(z.object({ task: z.string(), commit: z.string() })),
    }),
  ),
});
export type Tips = z.infer<typeof schema>;

const SUFFIX = ".tips.json";
const pathOf = (home: string, commonDir: string): string => `${landingDir(home, commonDir)}${SUFFIX}`;

/** What can't be read says nothing, and is written anew with the next landing there. */
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

/** By whoever saw work on it. A tip from which something was taken off is for the look at what is there no more to replace. */
export async function noteTip(tree: InTree, home: string, { source, target, tip }: Seen): Promise<void> {
  const { top, commonDir: common_dir, objects } = source;
  const known = readTips(pathOf(home, common_dir))?.targets ?? {};
  const last = known[target];
  if (last !== undefined && (last.tip === tip || !(await isAncestor(tree, last.tip, tip)))) return;
  writeTips(home, { top, common_dir, objects, targets: { ...known, [target]: { tip, off: last?.off ?? [] } } });
}

const HEADS = "refs/heads/";
/** A name that leads to another one, and so on. */
const DEEPEST = 5;

/** Without git; undefined for one that is gone, or kept in a form that only git reads. */
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

/** A person says something on lines of a task's work. It goes back to an agent with all else that is said, once the work is sent back. */
import { isAbsolute, normalize, relative, resolve } from "node:path";

import { counted } from "@fleet/kit/figures";
import { remark as addRemarks, type Remarking } from "@fleet/store/ops/remark";

import { CommandError, EXIT } from "../errors.ts";
import type { Fleet } from "../open.ts";
import { type WorkFiles, workFiles } from "../views/work-files.ts";

export interface RemarkMade {
  readonly id: string;
  readonly mark: string;
  readonly path: string;
  readonly line: number;
}

export interface AtLine {
  /** `src/a.ts:12`, from the top of the repository or from `cwd`. */
  readonly at: string;
  readonly cwd: string;
  readonly words: string;
}

export async function remarkAt(fleet: Fleet, named: string, { at, cwd, words }: AtLine): Promise<RemarkMade[]> {
  const [, given, digits] = /^(.+):([1-9]\d{0,8})$/s.exec(at) ?? [];
  if (given === undefined)
    throw new CommandError(
      `--comment takes FILE:LINE, not ${at}`,
      `fleet review ${named} --comment FILE:LINE -m "…"`,
      EXIT.usage,
    );
  const line = Number(digits);
  const { head, tops, linesOf } = await workFiles(fleet, fleet.find(named));
  const { path, lines } = await firstOf(meantBy(given, { tops, cwd }), linesOf);
  const text = lines?.[line - 1];
  if (lines === undefined)
    throw new CommandError(`its work has no text file ${given}`, `fleet task ${named} diff --name-only`, EXIT.usage);
  if (text === undefined)
    throw new CommandError(`${path} has ${counted(lines.length, "line")}`, `fleet task ${named} diff`, EXIT.usage);
  return await keep(fleet, named, [{ anchor: { path, line, head, text }, words }]);
}

/** From the top as it stands there; else as a shell has it. */
const meantBy = (path: string, { tops, cwd }: { readonly tops: readonly string[]; readonly cwd: string }): string[] => [
  ...(isAbsolute(path) ? [] : [normalize(path)]),
  ...tops.map((top) => relative(top, resolve(cwd, path))).filter((one) => one !== "" && !/^\.\.(\/|$)/.test(one)),
];

async function firstOf(
  paths: readonly string[],
  linesOf: WorkFiles["linesOf"],
): Promise<{ readonly path: string; readonly lines: readonly string[] | undefined }> {
  for (const path of paths) {
    const lines = await linesOf(path);
    if (lines !== undefined) return { path, lines };
  }
  return { path: paths[0] ?? "", lines: undefined };
}

export interface OnLine {
  readonly path: string;
  readonly line: number;
  readonly text: string;
  readonly words: string;
}

/** Of lines that somebody has before them. `head`: the commit that has them; empty where none does. */
export async function remarkOn(
  fleet: Fleet,
  named: string,
  on: readonly OnLine[],
  head: string,
): Promise<RemarkMade[]> {
  if (on.length === 0) return [];
  return await keep(
    fleet,
    named,
    on.map(({ path, line, text, words }) => ({ anchor: { path, line, head, text }, words })),
  );
}

async function keep(fleet: Fleet, named: string, remarks: Remarking["remarks"]): Promise<RemarkMade[]> {
  await fleet.allow({ kind: "command", words: "fleet review" });
  const act = await fleet.act();
  const made = await fleet.store.transact(act, (snapshot) => addRemarks(snapshot, act, { id: named, remarks }));
  const { id } = made.issue;
  return remarks.map(({ anchor: { path, line } }, at) => ({ id, mark: made.marks[at] ?? "", path, line }));
}

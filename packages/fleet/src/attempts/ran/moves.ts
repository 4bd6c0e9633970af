/** The moves of HEAD since a moment, from its reflog. */
import * as z from "zod/mini";

import { type Repository, zeroed } from "@fleet/kit/git/repository";

/** A line of HEAD's reflog: where it went, when (in seconds, as git has it), and by which words. */
export const move = z.object({
  hash: z.string(),
  at: z.number(),
  /** `commit (amend): Fix the login`. */
  what: z.string(),
  /** The paths the commit changed, from the top of the working tree. */
  paths: z.optional(z.array(z.string())),
});
export type Move = z.infer<typeof move>;

/** More are not told. */
const MOST_MOVES = 500;

interface Since {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Where HEAD was then. */
  readonly head: string | undefined;
}

/** The oldest first; undefined where there is no reflog, or git could not tell. */
export async function movesSince({ ask }: Repository, since: Since): Promise<Move[] | undefined> {
  const options = ["--walk-reflogs", "-z", `-n${MOST_MOVES}`, "--date=unix", "--format=%H %gd %gs"];
  const asked = await ask("log", { options, revisions: ["HEAD"], paths: [] });
  if (asked.kind !== "ok") return undefined;
  const all = zeroed(asked.stdout).flatMap((line): Move[] => {
    const [, hash, at, what] = /^([0-9a-f]+) \S*@\{(\d+)\} ?(.*)$/s.exec(line.trim()) ?? [];
    return hash === undefined || at === undefined ? [] : [{ hash, at: Number(at), what: what ?? "" }];
  });
  const begun = Math.floor(since.at / 1_000);
  // Dates set by hand may be in between: count what follows the last old one.
  const oldest = all.findLastIndex(({ at }) => at >= begun);
  // Moves that led to the base are older, even in the same second.
  const start = all.findIndex(({ hash, at }) => at === begun && hash === since.head);
  const moves = all.slice(0, start < 0 ? oldest + 1 : start).reverse();
  const paths = await pathsOf(ask, new Set(moves.map(({ hash }) => hash)));
  return moves.map((one) => ({ ...one, paths: paths.get(one.hash) ?? [] }));
}

/** The paths each of these commits changed: none for an empty one, the combined ones for a merge. */
async function pathsOf(ask: Repository["ask"], hashes: ReadonlySet<string>): Promise<ReadonlyMap<string, string[]>> {
  if (hashes.size === 0) return new Map();
  const options = ["-z", "--no-renames", "--name-only", "--format=%x01%H%x02"];
  const shown = await ask("show", { options, revisions: [...hashes], paths: [] });
  if (shown.kind !== "ok") return new Map();
  return new Map(
    shown.stdout.split("\u0001").flatMap((part): [string, string[]][] => {
      const [hash, names] = part.split("\u0002");
      return hash === undefined || names === undefined
        ? []
        : [[hash, zeroed(names).flatMap((name) => name.replace(/^\n/, "") || [])]];
    }),
  );
}

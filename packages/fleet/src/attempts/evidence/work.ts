/** What an attempt did, as its expectations and its scope are held against it. Pure. */
import type { Asked } from "./asked.ts";
import type { Work } from "./expect.ts";
import { namedWork } from "./passed-over.ts";
import type { Seen } from "./seen.ts";
import { UNSEEN } from "./untold.ts";

/**
 * What it may have been forbidden: also files that it wrote to and whose content git would read through a filter. Else an
 * agent that sets up a filter could write anywhere.
 */
export const writtenBy = ({ apart, own }: Seen): readonly string[] =>
  apart === undefined ? [...(own?.paths ?? []), ...(own?.unread ?? []), ...(own?.nested ?? [])] : apart.named;

/** Beside others only what the tools and commits of this attempt name is its own. */
export function workOf(seen: Seen, asked: Asked | undefined): Omit<Work, "deliverable"> {
  const { changes, mine, apart } = seen;
  const found = {
    inGit: changes?.from === "git",
    why: changes === undefined ? UNSEEN : changes.why,
    unread: changes?.unread ?? [],
  };
  const made = changes?.commits.length ?? 0;
  const all = made === 0 && changes?.commitsUnknown !== false ? undefined : made;
  if (apart === undefined) {
    const changed = [...mine, ...(changes === undefined ? [] : namedWork(changes, asked))];
    return { ...found, changed, commits: all, dirty: changes?.dirty ?? [] };
  }
  const names = new Set(mine);
  return {
    ...found,
    changed: mine,
    commits: apart.commits.length,
    dirty: (changes?.dirty ?? []).filter((path) => names.has(path)),
  };
}

/** The same, with what may be another's counted for it. */
export function withUnclear(seen: Seen, asked: Asked | undefined): Omit<Work, "deliverable"> {
  const work = workOf(seen, asked);
  const { apart } = seen;
  if (apart === undefined) return work;
  return {
    ...work,
    changed: [...work.changed, ...apart.unclear],
    commits: (work.commits ?? 0) + apart.unclearCommits.length,
  };
}

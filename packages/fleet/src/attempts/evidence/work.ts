/** An attempt's work, as it is compared with expectations and scope. Pure. */
import type { Asked } from "./asked.ts";
import type { Work } from "./expect.ts";
import { namedBy } from "./passed-over.ts";
import type { Seen } from "./seen.ts";
import { MORE, UNSEEN } from "./untold.ts";

/**
 * What it may have been forbidden: also files that it wrote to and whose content git would read through a filter. Else an
 * agent that sets up a filter could write anywhere.
 */
export const writtenBy = ({ apart, own }: Seen): readonly string[] =>
  apart === undefined
    ? [...(own?.paths ?? []), ...(own?.unread ?? []), ...(own?.nested ?? [])]
    : [...apart.mine, ...apart.aside.mine.unread, ...apart.aside.mine.nested];

/** Beside others only what the tools and commits of this attempt name is its own. */
export function workOf(seen: Seen, asked: Asked | undefined): Omit<Work, "deliverable"> {
  const { changes, mine, apart } = seen;
  const found = {
    inGit: changes?.from === "git",
    why: changes === undefined ? UNSEEN : (changes.why ?? (changes.cut ? MORE : undefined)),
    unread: changes?.unread ?? [],
    partly: changes?.partly ?? [],
  };
  const made = changes?.commits.length ?? 0;
  const all = made === 0 && changes?.commitsUnknown !== false ? undefined : made;
  if (apart === undefined) {
    const changed = [...mine, ...namedBy(seen, asked, "mine")];
    return { ...found, changed, commits: all, dirty: changes?.dirty ?? [] };
  }
  const names = new Set(mine);
  return {
    ...found,
    changed: [...mine, ...namedBy(seen, asked, "mine")],
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
    changed: [...work.changed, ...apart.unclear, ...namedBy(seen, asked, "unclear")],
    commits: (work.commits ?? 0) + apart.unclearCommits.length,
  };
}

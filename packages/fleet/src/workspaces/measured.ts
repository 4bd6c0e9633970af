/**
 * From which commit the work of a task is measured once its branch has a newer state of its target: from what it began at, merged
 * with that. Of neither alone: what a person has not published, and what another task landed as, is not the task's, and neither is
 * what the target got since. Written in memory; the same commits give the same one.
 */
import type { GitAnswer } from "@fleet/kit/git/git";
import { isOid } from "@fleet/kit/git/oid";

/** Git where all of the commits are. */
export type AskGit = (args: readonly string[], input?: string) => Promise<GitAnswer>;

export interface Measuring {
  /** Of the target. */
  readonly tip: string;
  /** What the work was measured from before. */
  readonly base: string;
  readonly head: string;
  /**
   * The base may have what a person has not published. Where that conflicts with the target, it can't be told whose lines the task
   * has, so that they conflict with the work too.
   */
  readonly unpublished?: boolean | undefined;
}

/** Criss-cross histories have several; of more none is looked at. */
const MOST_SHARED = 4;

/** Never an earlier commit than the base. */
export async function measuredFrom(ask: AskGit, { tip, base, head, unpublished }: Measuring): Promise<string> {
  const asked = await ask(["merge-base", "--all", tip, head]);
  const shared = asked.kind === "ok" ? asked.stdout.trim().split("\n") : [];
  if (shared.length > MOST_SHARED || !shared.every(isOid)) return base;
  let from = base;
  for (const newer of shared) {
    const both = await broughtOnto(ask, { base: from, newer });
    from = both.kind === "conflict" && unpublished !== true ? newer : both.commit;
  }
  return from;
}

export type Brought =
  | { readonly kind: "clean"; readonly commit: string }
  /** `commit` has the marks of the conflict in its files; the older one where no merge could be made. */
  | { readonly kind: "conflict"; readonly commit: string };

/** What a base is once the work is brought onto a newer state of its target. */
export async function broughtOnto(
  ask: AskGit,
  { base, newer }: { readonly base: string; readonly newer: string },
): Promise<Brought> {
  const has = async (older: string, younger: string): Promise<boolean> =>
    (await ask(["merge-base", "--is-ancestor", older, younger])).kind === "ok";
  if (await has(base, newer)) return { kind: "clean", commit: newer };
  if (await has(newer, base)) return { kind: "clean", commit: base };
  const merged = await ask(["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", base, newer]);
  const tree = merged.kind === "unavailable" ? undefined : merged.stdout.split("\0")[0];
  if (tree === undefined || !isOid(tree)) return { kind: "conflict", commit: base };
  const text = `tree ${tree}\nparent ${base}\nparent ${newer}\nauthor ${NOBODY}\ncommitter ${NOBODY}\n\nbase\n`;
  const made = await ask(["hash-object", "-t", "commit", "-w", "--stdin"], text);
  if (made.kind !== "ok") return { kind: "conflict", commit: base };
  return { kind: merged.kind === "ok" ? "clean" : "conflict", commit: made.stdout.trim() };
}

const NOBODY = "fleet <fleet@localhost> 0 +0000";

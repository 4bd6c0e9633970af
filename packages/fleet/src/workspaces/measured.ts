/**
 * The commit from which a task's work is measured after a newer state of the target was merged into its branch: the base merged with
 * that state. Neither alone will do: the base may have what a person has not published, and the target has others' work; neither is
 * the task's. Built in memory; deterministic.
 */
import type { GitAnswer } from "@fleet/kit/git/git";
import { isOid } from "@fleet/kit/git/oid";

/** Git where all of the commits are. */
export type AskGit = (args: readonly string[], input?: string) => Promise<GitAnswer>;

export interface Measuring {
  /** Of the target. */
  readonly tip: string;
  /** The previous answer. */
  readonly base: string;
  readonly head: string;
  /**
   * The base may have unpublished commits of a person. If these conflict with the target, their lines can't be told from the task's,
   * so they conflict with the work too.
   */
  readonly unpublished?: boolean | undefined;
}

/** Criss-cross histories have several merge bases; more than this are not looked at. */
const MOST_SHARED = 4;

/** Never an ancestor of the base. */
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
  /** `commit` has conflict markers in its files; it is the older one where no merge could be made. */
  | { readonly kind: "conflict"; readonly commit: string };

/** The record of a base after the work was rebased onto a newer target. */
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

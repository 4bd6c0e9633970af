/** The working trees of a repository, as `git worktree list --porcelain -z` prints them. Pure. */

export interface Worktree {
  readonly dir: string;
  /** The full name of the branch that is checked out; absent where none is (and while one is rebased). */
  readonly branch?: string;
  /** A repository without files: nothing is checked out there. */
  readonly isBare: boolean;
}

/** The first one is the main one. */
export function parseWorktrees(text: string): Worktree[] {
  return text.split("\0\0").flatMap((block) => {
    const lines = block.split("\0");
    const after = (word: string): string | undefined =>
      lines.find((line) => line.startsWith(`${word} `))?.slice(word.length + 1);
    const [dir, branch] = [after("worktree"), after("branch")];
    if (dir === undefined) return [];
    return [{ dir, isBare: lines.includes("bare"), ...(branch === undefined ? {} : { branch }) }];
  });
}

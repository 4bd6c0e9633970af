/** Work that git did for an attempt, and that is not where it counts: in another working tree, or on a branch that is not checked out. Pure. */
import { relative, resolve } from "node:path";

import { someOf } from "@fleet/kit/text";

import { commitsOf, mayMove } from "./commits-of.ts";
import type { Move } from "./moves.ts";
import type { GitRan } from "./trace.ts";

interface Here {
  readonly cwd: string;
  readonly top: string;
  readonly moves: readonly Move[];
  /** Commits made since, on the branch that is checked out at the end. */
  readonly commits: readonly { readonly hash: string }[];
  /** Changed paths, below `cwd`. */
  readonly paths: readonly string[];
  readonly until: number;
}

const NAMED = 3;

/** Moves that commit nothing: HEAD goes to an existing commit. */
const isForward = (what: string): boolean => what.endsWith(": Fast-forward");

/** Working trees that it made and left: what is in them, committed or not, nobody looks at. */
function treesMade({ commands }: GitRan, top: string): string[] {
  const made = new Set<string>();
  for (const { name, args, worktree = top, code = 0 } of commands) {
    const [, verb, ...rest] = args.slice(args.indexOf("worktree"));
    if (name !== "worktree" || code !== 0) continue;
    const [path] = rest.filter((arg, at) => !arg.startsWith("-") && !/^(?:-[bB]|--reason)$/.test(rest[at - 1] ?? ""));
    if (path !== undefined && verb === "add") made.add(resolve(worktree, path));
    if (path !== undefined && verb === "remove") made.delete(resolve(worktree, path));
  }
  return [...made];
}

/** A line on each; who commits here has nothing elsewhere: what an amend or a rebase leaves behind is no work of its own. */
export function elsewhere(ran: GitRan, { cwd, top, moves, commits, paths, until }: Here): string[] {
  // A repository that the work itself made counts: its content is seen as new files.
  const isSeen = (tree: string): boolean => paths.some((path) => path.startsWith(`${relative(cwd, tree)}/`));
  const nameOf = (tree: string): string => relative(cwd, tree) || tree;
  const made = treesMade(ran, top);
  const trees = ran.commands
    .filter((command) => command.name === "commit" && mayMove(command))
    .flatMap(({ worktree }) => (worktree === undefined || worktree === top || isSeen(worktree) ? [] : [worktree]));
  const lines = [
    ...[...new Set(trees)].map((tree) => `it committed in ${nameOf(tree)}, another working tree`),
    ...made.filter((tree) => !trees.includes(tree)).map((tree) => `it worked in ${nameOf(tree)}, another working tree`),
  ];
  if (commits.length > 0) return lines;
  const { mine } = commitsOf(top, moves, { own: ran, others: [], until });
  const left = mine.filter(({ paths = [], what }) => paths.length > 0 && !isForward(what));
  const subjects = left.map(({ what }) => what.replace(/^[^:]*: /, ""));
  return left.length === 0
    ? lines
    : [...lines, `it committed ${someOf(subjects, NAMED)}, which is not on the branch that is checked out`];
}

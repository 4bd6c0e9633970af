/**
 * Which of the moves of HEAD are an attempt's: those that its own git commands were there to make, at that time and by that
 * name. Beside others in one directory (attempts, of which the commands are known as well, and people, of whom nothing is) a
 * move that may be the one's or the other's is neither's. Pure.
 */
import type { Move } from "./moves.ts";
import type { GitCommand, GitRan } from "./trace.ts";

export interface Attributed {
  readonly mine: readonly Move[];
  /** Made by this attempt or by somebody else who did the same in the same second. */
  readonly unsure: readonly Move[];
}

export interface Ran {
  readonly own: GitRan;
  /** Known git commands of concurrent attempts in the same directory. */
  readonly others: readonly GitRan[];
  /** When the attempt had ended, in milliseconds since 1970: for commands whose end is not known. */
  readonly until: number;
}

/** `moves`: of HEAD in the working tree `top`, the oldest first. */
export function commitsOf(top: string, moves: readonly Move[], { own, others, until }: Ran): Attributed {
  const claims = [
    ...claimsOf("own", top, moves, own, until),
    ...others.flatMap((other) => claimsOf("other", top, moves, other, until)),
  ].toSorted((a, b) => a.command.at - b.command.at);
  const mine = new Set(takenByMany(claims));
  for (const group of groupsOf(claims.filter(({ times }) => times === "once")))
    for (const move of assigned(
      group,
      moves.filter((one) => !mine.has(one)),
    ))
      mine.add(move);
  const known = new Set(mine);
  const theirs = new Set(claimedByName(claims.filter(({ whose }) => whose === "other")));
  const isWanted = (move: Move): boolean =>
    claims.some(({ whose, candidates }) => whose === "own" && candidates.has(move));
  return {
    mine: moves.filter((move) => known.has(move)),
    unsure: moves.filter((move) => !known.has(move) && !theirs.has(move) && isWanted(move)),
  };
}

interface Claim {
  readonly whose: "own" | "other";
  readonly command: GitCommand;
  /** A commit that went well made one; of a rebase or a merge nobody knows how many. */
  readonly times: "once" | "many";
  readonly candidates: ReadonlySet<Move>;
}

/** Commits by commands that may make any number, and that only this attempt ran. */
function takenByMany(claims: readonly Claim[]): Move[] {
  return claims
    .filter(({ whose, times }) => whose === "own" && times === "many")
    .flatMap(({ candidates }) => [...candidates])
    .filter((move) => !claims.some(({ whose, candidates }) => whose === "other" && candidates.has(move)));
}

/** Which moves are surely this attempt's, of commands that each made one. */
function assigned(group: readonly Claim[], left: readonly Move[]): Move[] {
  const wanted = left.filter((move) => group.some(({ candidates }) => candidates.has(move)));
  const isAlone = group.every(({ whose }) => whose === "own");
  if (isAlone && wanted.length <= group.length) return wanted;
  // One at a time holds the lock of the index, so commands that don't overlap made them in their order.
  if (wanted.length === group.length && areApart(group))
    return wanted.filter((move, at) => group[at]?.whose === "own" && group[at].candidates.has(move));
  return claimedByName(group.filter(({ whose }) => whose === "own")).filter((move) => wanted.includes(move));
}

const areApart = (group: readonly Claim[]): boolean =>
  group.every(({ command }, at) => {
    const before = group[at - 1]?.command;
    return before === undefined || (before.until ?? Infinity) <= command.at;
  });

/** Moves that alone have the subject which their command gave. */
function claimedByName(claims: readonly Claim[]): Move[] {
  return claims.flatMap(({ command, candidates }) => {
    const subject = subjectIn(command.args);
    const named = [...candidates].filter(({ what }) => subject !== undefined && isSame(subjectOf(what), subject));
    return named.length === 1 ? named : [];
  });
}

/** Group claims on the same moves, in order. */
function groupsOf(claims: readonly Claim[]): Claim[][] {
  let groups: Claim[][] = [];
  for (const claim of claims) {
    const near = groups.filter((group) => group.some((one) => overlap(one.candidates, claim.candidates)));
    groups = [...groups.filter((group) => !near.includes(group)), [...near.flat(), claim]];
  }
  return groups.map((group) => group.toSorted((a, b) => a.command.at - b.command.at));
}

const overlap = (a: ReadonlySet<Move>, b: ReadonlySet<Move>): boolean => [...a].some((move) => b.has(move));

function claimsOf(whose: Claim["whose"], top: string, moves: readonly Move[], ran: GitRan, until: number): Claim[] {
  return ran.commands.flatMap((command) => {
    if (command.worktree !== top || !mayMove(command)) return [];
    const candidates = new Set(moves.filter((move) => isBy(command, move, until)));
    const times = ONCE.has(command.name) && command.code === 0 ? "once" : "many";
    return candidates.size === 0 ? [] : [{ whose, command, times, candidates }];
  });
}

/** Commands that make one commit, and commands that make any number, even if they fail in the end. */
const ONCE = new Set(["commit"]);
const MANY = new Set(["am", "cherry-pick", "merge", "pull", "rebase", "revert"]);
/** Plumbing by which a script makes commits, with its own words in the reflog. */
const BY_HAND = new Set(["update-ref", "symbolic-ref", "fast-import"]);
/** Commands that move HEAD to an existing commit. */
const ELSE = new Set(["branch", "checkout", "clone", "fetch", "reset", "switch"]);

const IDLE = new Set(["--dry-run", "--short", "--porcelain", "--long", "-h", "--help", "--abort", "--quit"]);

/** Beyond it, the number of the signal: what it was to do may have been done. */
const KILLED = 128;

/** A command of the kind that makes commits, whether it did or not. */
export const mayMake = ({ name }: GitCommand): boolean => ONCE.has(name) || MANY.has(name);

/** It was to make commits, and not only to say what it would do. */
export function mayMove({ name, args, code = 0 }: GitCommand): boolean {
  if (args.some((arg) => IDLE.has(arg))) return false;
  return MANY.has(name) || ((ONCE.has(name) || BY_HAND.has(name)) && (code === 0 || code > KILLED));
}

const MAKING = new Set([...ONCE, "am", "cherry-pick", "merge", "rebase", "revert"]);
const verbOf = ({ what }: Pick<Move, "what">): string => /^[\w-]*/.exec(what)?.[0] ?? "";

/** A commit was made by it, in this working tree. */
export const isMaking = (move: Move): boolean => MAKING.has(verbOf(move));

/** Commands that write to the files of a working tree, or to its history. */
const WRITES = new Set([
  ...ONCE,
  ...MANY,
  ...BY_HAND,
  "apply",
  "checkout",
  "reset",
  "restore",
  "rm",
  "mv",
  "stash",
  "switch",
]);

/** It may have changed files or history, whatever came of it. */
export const mayChange = (command: GitCommand): boolean => mayMove(command) || WRITES.has(command.name);

/** Other working trees, below `top`, in which its commands changed something. */
export const treesIn = ({ commands }: GitRan, top: string): string[] => [
  ...new Set(
    commands.flatMap((command) => {
      const { worktree = "", name, code = 0 } = command;
      const isWriting = mayMove(command) || (WRITES.has(name) && code === 0 && !ONCE.has(name));
      return isWriting && worktree.startsWith(`${top}/`) ? [worktree] : [];
    }),
  ),
];

function isBy(command: GitCommand, { at, what }: Move, until: number): boolean {
  const verb = verbOf({ what });
  const names = [command.name, ...(command.under?.split("/") ?? [])];
  const isGits = ONCE.has(verb) || MANY.has(verb) || ELSE.has(verb);
  if (isGits && !BY_HAND.has(command.name) && !names.includes(verb)) return false;
  if (secondOf(command.at) <= at && at <= secondOf(command.until ?? until)) return true;
  // A date set for the commit is in the reflog, too.
  const subject = subjectIn(command.args);
  return subject !== undefined && isSame(subjectOf(what), subject);
}

const secondOf = (ms: number): number => Math.floor(ms / 1_000);

const subjectOf = (what: string): string => what.slice(what.indexOf(": ") + 2);

/** Arguments are kept in short. */
const COMPARED = 120;
const isSame = (a: string, b: string): boolean => a !== "" && a.slice(0, COMPARED) === b.slice(0, COMPARED);

/** The first line of what a command says by `-m X`, `-mX`, `-am X`, `--message X` or `--message=X`. */
function subjectIn(args: readonly string[]): string | undefined {
  for (const [at, arg] of args.entries()) {
    const glued = /^(?:-[aeinopqsvz]*m|--message=?)(.*)$/s.exec(arg)?.[1];
    if (glued !== undefined) return (glued === "" ? args[at + 1] : glued)?.split("\n")[0]?.trim();
  }
  return undefined;
}

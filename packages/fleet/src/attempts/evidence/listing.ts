/**
 * The state of a directory, written down before the coder starts and again when nothing of it lives: by git where it is in
 * a working tree (what is not committed, with size and time of each), else by a walk (look.ts). This is what is kept of it.
 */
import * as z from "zod/mini";

import { move } from "../ran/moves.ts";
import { lines } from "./lines.ts";
import { marks } from "./marks.ts";

const commit = z.object({ hash: z.string(), subject: z.string() });
export type Commit = z.infer<typeof commit>;

export const listing = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("git"),
    /** The top of the working tree; paths are relative to it. */
    top: z.string(),
    head: z.optional(z.string()),
    /** Before: where all branches, tags and the like were; absent where there are too many to be kept. */
    tips: z.optional(z.array(z.string())),
    /** Paths that differ from HEAD, and untracked ones that are not ignored. */
    dirty: marks,
    /** After: how what was dirty before looks now. */
    now: z.optional(marks),
    /** Dirty paths that git reads through a filter which does not run here: whether their content differs is unknown. */
    unread: z.optional(marks),
    /** Dirty files of an open merge, rebase or cherry-pick that still contain conflict markers. */
    unmerged: z.optional(z.array(z.string())),
    /** Before: the repository's git directory, which linked working trees share. */
    git: z.optional(z.string()),
    /** Before: names that differ by the case of their letters are one there. */
    ignores_case: z.optional(z.boolean()),
    /** Before: where the person's and the system's configuration have git write down its commands. */
    trace: z.optional(z.string()),
    /** After: the moves of HEAD since, the oldest first; absent where there is no reflog. */
    moves: z.optional(z.array(move)),
    /** After: commits made since, and the paths they changed; neither where git could not tell. */
    commits: z.optional(z.array(commit)),
    committed: z.optional(z.array(z.string())),
    /**
     * Submodules and repositories inside (these end with `/`), changed or not, by the content of their working trees: to git they are
     * one entry, whatever is in them.
     */
    inner: z.optional(marks),
    /** Inner directories that are working trees of this repository. */
    linked: z.optional(z.array(z.string())),
    /** Ignored files, as far as they were looked at. */
    ignored: z.optional(marks),
    /** The patterns for which directories that git ignores were searched. */
    sought: z.optional(z.array(z.string())),
    /** Where not all of what it ignores was looked at: directories in which something was looked for, REST, ANYWHERE (bounds.ts). */
    partly: z.optional(z.array(z.string())),
    /** Places that were not looked at, by name or in words; each completes "not looked at: …". */
    unlooked: z.optional(z.array(z.string())),
    /** After: of the paths that differ, those that do so in nothing but mode or blank lines. */
    trivial: z.optional(z.readonly(z.array(z.string()))),
    /** After: how many lines of which of them; absent where git could not tell. */
    lines: z.optional(lines),
    /** After: branches that are not checked out here, and were given commits since. */
    elsewhere: z.optional(z.array(z.string())),
    /** After: of the paths that differ and are called like what tools leave behind or checks run, those that the commit had where it began. */
    kept: z.optional(z.array(z.string())),
    /** After: something was put aside in a stash since. */
    stashed: z.optional(z.boolean()),
    /** Git could not tell what differs (it took too long, or the repository is broken); why not. */
    blind: z.optional(z.boolean()),
    why: z.optional(z.string()),
    /** More differs than is listed. */
    cut: z.optional(z.boolean()),
    /** After: commits that the branch's upstream has not, where there is one. */
    unpushed: z.optional(z.number()),
    at: z.string(),
  }),
  z.object({
    kind: z.literal("files"),
    top: z.string(),
    files: marks,
    /** There were more than are listed. */
    cut: z.boolean(),
    /** Before: where the person's and the system's configuration have git write down its commands. */
    trace: z.optional(z.string()),
    /** Places that were not looked at, by name. */
    unlooked: z.optional(z.array(z.string())),
    /** After: of a repository that was made there since, all of which is new. */
    repository: z.optional(z.object({ commits: z.array(commit), dirty: z.array(z.string()) })),
    at: z.string(),
  }),
  /** It could not be looked at: not even whether there is a repository. */
  z.object({ kind: z.literal("blind"), top: z.string(), why: z.string(), at: z.string() }),
]);
export type Listing = z.infer<typeof listing>;

/**
 * The commands that may read a repository that is not ours, each with what keeps it to reading and to one way of printing.
 * Pure. Needs git 2.30 (`--end-of-options` in rev-parse; `config --show-scope` is of 2.26).
 */

/** No program for differences or text, and no git in a submodule, which has a configuration of its own. */
const DIFF = [
  "--no-ext-diff",
  "--no-textconv",
  "--ignore-submodules=dirty",
  "--submodule=short",
  "--no-color",
] as const;

/** `revisions`: its arguments may name them, so options end before them. */
const READERS = {
  "check-attr": { flags: [], revisions: false },
  diff: { flags: DIFF, revisions: true },
  log: { flags: [...DIFF, "--no-show-signature", "--no-mailmap"], revisions: true },
  "ls-files": { flags: ["-z"], revisions: false },
  "merge-base": { flags: [], revisions: true },
  "rev-list": { flags: [], revisions: true },
  // Without --verify it prints --end-of-options too (git 2.39).
  "rev-parse": { flags: ["--verify"], revisions: true },
  show: { flags: [...DIFF, "--no-show-signature", "--no-mailmap"], revisions: true },
  status: { flags: ["--ignore-submodules=dirty"], revisions: false },
} as const satisfies Record<string, { readonly flags: readonly string[]; readonly revisions: boolean }>;

export type Reader = keyof typeof READERS;

export interface Asking {
  readonly options?: readonly string[];
  readonly revisions?: readonly string[];
  /** Taken as they are: no `*` and no `:(magic)` in them. */
  readonly paths?: readonly string[];
  readonly input?: string;
  /** Milliseconds. */
  readonly patience?: number;
}

const ALWAYS = ["--no-pager", "--no-optional-locks", "--literal-pathspecs", "-c", "core.quotepath=off"];

/** The whole command line. Neither a revision nor a path can be an option. */
export function readerArgs(command: Reader, { options = [], revisions = [], paths }: Asking): string[] {
  const { flags, revisions: takesThem } = READERS[command];
  return [
    ...ALWAYS,
    command,
    ...flags,
    ...options,
    ...(takesThem && revisions.length > 0 ? ["--end-of-options", ...revisions] : []),
    ...(paths === undefined ? [] : ["--", ...paths]),
  ];
}

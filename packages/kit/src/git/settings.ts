/**
 * Which settings count where git reads a repository that is not ours. Pure.
 *
 * The repository's own configuration may be an agent's, and git runs programs for dozens of settings (filters, textconv,
 * fsmonitor, hooks, signatures, pagers, transports), more with each release. So this is a list of what counts, not of
 * what doesn't: what decides which files there are and whether they differ. All of it goes into one file, from which alone
 * git reads (view.ts); nothing an agent writes afterwards is seen. How git prints is said on the command line.
 */

export interface Setting {
  /** As git names them: system, global, local, worktree, command. */
  readonly scope: string;
  /** Section and last part in lower case, as git prints it. */
  readonly key: string;
  /** Undefined for a key without `=`, which means true. */
  readonly value: string | undefined;
}

/** The answer of `git config --list --show-scope -z`. */
export function parseSettings(text: string): Setting[] {
  const parts = text.split("\0");
  const settings: Setting[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [scope = "", entry = ""] = parts.slice(at, at + 2);
    const end = entry.indexOf("\n");
    settings.push(
      end < 0
        ? { scope, key: entry, value: undefined }
        : { scope, key: entry.slice(0, end), value: entry.slice(end + 1) },
    );
  }
  return settings;
}

const COUNTS: readonly RegExp[] = [
  // What is stored, and in which format. Unknown extensions stay, so that git refuses what it does not understand. No
  // promisor: what is missing is not fetched. No worktree configuration: it is in the list already.
  /^core\.repositoryformatversion$/,
  /^extensions\.(?!worktreeconfig$|partialclone$)/,
  /^core\.(?:commitgraph|multipackindex|bigfilethreshold|packedgitlimit|packedgitwindowsize|deltabasecachelimit)$/,
  // Which files there are, and what is the same.
  /^core\.(?:filemode|ignorecase|symlinks|precomposeunicode|protecthfs|protectntfs|trustctime|checkstat)$/,
  /^core\.(?:autocrlf|eol|checkroundtripencoding|excludesfile|attributesfile|untrackedcache|preloadindex)$/,
  /^core\.(?:sparsecheckout|sparsecheckoutcone)$/,
  /^index\.threads$/,
  // Which branch is upstream.
  /^branch\..*\.(?:remote|merge)$/,
  /^remote\..*\.fetch$/,
];

/** As `git lfs install` writes them, with and without --skip-smudge, now and in older releases. */
const LFS: Readonly<Record<string, RegExp>> = {
  "filter.lfs.clean": /^git-lfs clean (?:-- )?%f$/,
  "filter.lfs.smudge": /^git-lfs smudge (?:--skip )?(?:-- )?%f$/,
  "filter.lfs.process": /^git-lfs filter-process(?: --skip)?$/,
  "filter.lfs.required": /^(?:true|false)$/,
};

/** Nothing but LFS itself runs by it. */
export const isOfLfs = (key: string, value: string): boolean => LFS[key]?.test(value) === true;

const OF_REPOSITORY = new Set(["local", "worktree"]);

/** The part of a key between its first and its last dot. */
const middleOf = (key: string): string => key.slice(key.indexOf(".") + 1, key.lastIndexOf("."));

/** The LFS filter as the person has it: undefined where there is none, or it is not the known one. */
function lfsOf(settings: readonly Setting[]): Setting[] | undefined {
  // An extension of LFS is a program, which runs in its filter.
  if (settings.some(({ key }) => key.startsWith("lfs.extension."))) return undefined;
  const found = settings.filter(({ scope, key }) => !OF_REPOSITORY.has(scope) && key.startsWith("filter.lfs."));
  const isKnown = found.every(({ key, value = "true" }) => LFS[key]?.test(value) === true);
  return found.length > 0 && isKnown ? found : undefined;
}

export interface Counting {
  /** The settings for git, in its order. */
  readonly settings: readonly Setting[];
  /** Filters that are configured and don't run: the content of files with them is not told. */
  readonly filters: ReadonlySet<string>;
}

export function countingOf(all: readonly Setting[]): Counting {
  const counting = all.filter(({ key }) => COUNTS.some((pattern) => pattern.test(key)));
  const lfs = lfsOf(all);
  const filters = new Set(all.flatMap(({ key }) => (key.startsWith("filter.") ? [middleOf(key)] : [])));
  if (lfs !== undefined) filters.delete("lfs");
  return { settings: [...counting, ...(lfs ?? [])], filters };
}

const escaped = (text: string): string => text.replaceAll("\\", String.raw`\\`).replaceAll('"', String.raw`\"`);

const ESCAPES: readonly (readonly [string, string])[] = [
  ["\n", String.raw`\n`],
  ["\t", String.raw`\t`],
  ["\b", String.raw`\b`],
];
const quotedValue = (value: string): string =>
  `"${ESCAPES.reduce((text, [char, as]) => text.replaceAll(char, as), escaped(value))}"`;

/** A configuration file with these settings, in this order. */
export function configText(settings: readonly Setting[]): string {
  return settings
    .map(({ key, value }) => {
      const [section, name] = [key.slice(0, key.indexOf(".")), key.slice(key.lastIndexOf(".") + 1)] as const;
      const middle = middleOf(key);
      const head = key.indexOf(".") === key.lastIndexOf(".") ? `[${section}]` : `[${section} "${escaped(middle)}"]`;
      return `${head}\n\t${name}${value === undefined ? "" : ` = ${quotedValue(value)}`}\n`;
    })
    .join("");
}

import { shellWord } from "@fleet/kit/shell";
import { StoreError } from "./errors.ts";
import type { Problem } from "./shard.ts";

/** A line that is in the way, and what a person runs to fix it. */
export interface Trouble extends Problem {
  readonly mend: string;
}

/** The message about an issue that can't be known. */
export function unknown(id: string, trouble: Trouble): StoreError {
  const { file, line, column, reason, mend } = trouble;
  const where = line === 0 ? file : `${file}:${line}${column === undefined ? "" : `:${column}`}`;
  return new StoreError("unreadable", `${id} is unknown: ${where}: ${reason}`, { where, mend });
}

/** The problems of a home, each with what fixes it. `gitDir`: where its git is, if that is known. */
export function withMending(problems: readonly Problem[], gitDir: string | undefined): Trouble[] {
  const git = gitDir === undefined ? "~/.fleet/.git" : shellWord(gitDir);
  const mend = ({ file, line }: Problem): string =>
    line === 0
      ? `git --git-dir=${git} fsck  # a copy of the home (a clone, a backup) can give the file back: git --git-dir=${git} fetch COPY`
      : `git clone ${git} fleet-clone && cd fleet-clone && \${EDITOR:-vi} +${line} ${file} && git commit -am 'Fix ${file}' && git push`;
  return problems.map((problem) => ({ ...problem, mend: mend(problem) }));
}

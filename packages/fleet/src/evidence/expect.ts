/** What was expected of the work and is not there, in words. Pure. */
import { someOf } from "@fleet/kit/text";
import { matches } from "@fleet/kit/glob";

export interface Work {
  readonly inGit: boolean;
  readonly changed: readonly string[];
  readonly commits: number;
  readonly dirty: readonly string[];
}

const NAMED = 5;

export function unmetBy(expect: readonly string[], work: Work): string[] {
  return expect.flatMap((one) => {
    if (one.startsWith("path:")) {
      const pattern = one.slice("path:".length);
      return work.changed.some((path) => matches(path, [pattern]))
        ? []
        : [`nothing changed in ${pattern}, which was expected`];
    }
    if (one !== "commit") return [`what is expected by ${JSON.stringify(one)} is not known (commit, path:GLOB)`];
    if (!work.inGit) return ["a commit was expected, and the directory is in no git repository"];
    return [
      ...(work.commits === 0 ? ["a commit was expected, and there is no new one"] : []),
      ...(work.dirty.length > 0
        ? [`a commit was expected, and this is not committed: ${someOf(work.dirty, NAMED)}`]
        : []),
    ];
  });
}

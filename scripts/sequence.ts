/** In which order vitest runs the files: the longest first, so that no core is idle at the end while one file continues. */
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Those that take more than some ten seconds, the longest first; what they wait for and what they compute alternate, as
 * two run at a time. All others follow, as vitest has them: by what it measured last, else by size.
 */
const LONG = [
  "evidence/checks.test.ts",
  "questions/questions.test.ts",
  "evidence/listing.test.ts",
  "evidence/base.test.ts",
  "store/test/sync.test.ts",
  "accounts/processes.test.ts",
  "supervisor/inside.test.ts",
  "supervisor/simulation.test.ts",
  "supervisor/bad-coders.test.ts",
  "lessons/lessons.test.ts",
  "workspaces/isolated.test.ts",
  "supervisor/lifecycle.test.ts",
  "supervisor/outcomes.test.ts",
  "bd/edges.test.ts",
  "supervisor/adoption.test.ts",
  "test/git/attacks.test.ts",
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONG.findIndex((end) => moduleId.endsWith(end));
      return at < 0 ? LONG.length : at;
    };
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

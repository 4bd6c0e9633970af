/** What can't be told of an attempt, so that a person is to say. Pure. */
import { someOf } from "@fleet/kit/text";

import { changeLine, type ProtectedChange } from "../protect/changes.ts";
import type { Asked } from "./asked.ts";
import { forbiddenUnseen } from "./passed-over.ts";
import { isScoped, outside } from "./scope.ts";
import type { Seen } from "./seen.ts";
import type { Unclear } from "./shown.ts";
import { looksLikeTest } from "./test-paths.ts";
import { NAMED, UNSEEN } from "./untold.ts";

/** `met`: expectations that only what is there of whomever meets. */
export function unclearBy(seen: Seen, asked: Asked | undefined, met: readonly string[]): Unclear[] {
  const touched = guardedBy(seen, "unknown");
  const guarded: Unclear[] = touched.map((what) => ({
    kind: "protected",
    line: `this is protected, and was changed while it ran, by whom is not known: ${what}`,
  }));
  return [
    ...guarded,
    ...unseenBy(seen, asked),
    ...unclearBeside(seen, asked, met),
    ...flakyIn(seen),
    ...onlyTests(seen, asked),
  ];
}

export const guardedBy = ({ guarded }: Seen, by: ProtectedChange["whose"]): string[] =>
  guarded.filter(({ whose }) => whose === by).map(changeLine);

/** What a task with a scope changed, and nobody could look at. */
function unseenBy({ own: changes }: Seen, asked: Asked | undefined): Unclear[] {
  if (asked === undefined || !isScoped(asked)) return [];
  const unlooked = changes === undefined ? [] : forbiddenUnseen(changes, asked);
  if (unlooked.length > 0)
    return [{ kind: "unseen", line: `whether ${someOf(unlooked, NAMED)} was changed can't be told: git ignores it` }];
  if (changes !== undefined && !changes.blind && !changes.cut) return [];
  const why = changes === undefined ? UNSEEN : (changes.why ?? "there is more than is listed");
  return [{ kind: "unseen", line: `whether it changed only what it may can't be told: ${why}` }];
}

/** What another that was at work there may have done. */
function unclearBeside({ apart, mine, names }: Seen, asked: Asked | undefined, met: readonly string[]): Unclear[] {
  if (apart === undefined) return [];
  const isSomething = apart.unclear.length + apart.unclearCommits.length > 0;
  const forbidden = asked === undefined ? [] : outside(apart.unclear, asked);
  const what = someOf(apart.unclear, NAMED);
  const untold = (did: string): string => `whether ${names} ${did} can't be told`;
  const lines: Unclear[] = met.map((line) => ({
    kind: "expected",
    line: `${line} of its own (${untold("did that")})`,
  }));
  if (forbidden.length > 0) lines.push({ kind: "forbidden", line: untold(`changed ${someOf(forbidden, NAMED)}`) });
  if (isSomething && mine.length === 0 && apart.commits.length === 0)
    lines.push({ kind: "changed", line: untold(apart.unclear.length > 0 ? `changed ${what}` : "made the commits") });
  return lines;
}

/** Red, then green: the same tree says both, unless the checks have changed it meanwhile. */
function flakyIn({ checks, byChecks = [] }: Seen): Unclear[] {
  const flaky = checks.filter((one) => one.flaky).map(({ result }) => `\`${result.command}\``);
  if (flaky.length === 0 || byChecks.length === 0) return [];
  const changed = someOf(byChecks, NAMED);
  const line = `${flaky.join(", ")} failed and then passed, and the checks changed ${changed} in between`;
  return [{ kind: "flaky", line }];
}

/** Whoever edits a test and nothing else may have made it pass by that. */
function onlyTests({ mine, checks }: Seen, asked: Asked | undefined): Unclear[] {
  if (asked === undefined || asked.tests_are_work || mine.length === 0 || !mine.every(looksLikeTest)) return [];
  const passed = checks.filter((one) => one.passed).map(({ result }) => `\`${result.command}\``);
  if (passed.length === 0) return [];
  const line = `only tests changed (${someOf(mine, NAMED)}), and ${passed.join(", ")} may pass because of that`;
  return [{ kind: "tests", line }];
}

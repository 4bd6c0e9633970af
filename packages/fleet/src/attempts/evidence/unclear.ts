/** What can't be told of an attempt, so that a person is to say. Pure. */
import { someOf } from "@fleet/kit/text";

import { changeLine, type ProtectedChange } from "../protect/changes.ts";
import type { Asked } from "./asked.ts";
import type { Attribution } from "./attributed.ts";
import { ANYWHERE } from "./bounds.ts";
import { workIn } from "./has-changed.ts";
import { ignoredIn, untoldIn } from "./passed-over.ts";
import { isRunBy } from "./run-by.ts";
import { isIn, isScoped, outside } from "./scope.ts";
import type { Seen } from "./seen.ts";
import type { Unclear } from "./shown.ts";
import { looksLikeTest } from "./test-paths.ts";
import { MORE, NAMED, UNSEEN } from "./untold.ts";

export interface Expected {
  /** Expectations that only what is there of whomever meets. */
  readonly met: readonly string[];
  /** Those of which it could not be told. */
  readonly unseen: readonly string[];
}

export function unclearBy(seen: Seen, asked: Asked | undefined, { met, unseen }: Expected): Unclear[] {
  const touched = guardedBy(seen, "unknown");
  const guarded: Unclear[] = touched.map((what) => ({
    kind: "protected",
    line: `this is protected, and was changed while it ran, by whom is not known: ${what}`,
  }));
  return [
    ...guarded,
    ...unseenBy(seen, asked),
    ...unseen.map((line): Unclear => ({ kind: "unseen", line })),
    ...unclearBeside(seen, asked, met),
    ...flakyIn(seen),
    ...onlyTests(seen, asked),
  ];
}

export const guardedBy = ({ guarded }: Seen, by: ProtectedChange["whose"]): string[] =>
  guarded.filter(({ whose }) => whose === by).map(changeLine);

/** Protected files that could not be read. */
function unseenBy({ own: changes }: Seen, asked: Asked | undefined): Unclear[] {
  if (asked === undefined) return [];
  const { deny, check_paths, ignores_case } = asked;
  const unlooked = untoldIn(changes?.partly ?? [], [...deny, ...check_paths], ignores_case);
  if (unlooked.length > 0) {
    const names = unlooked.map((dir) => (dir === ANYWHERE ? "what it may not change" : dir));
    const line = `whether ${someOf(names, NAMED)} was changed is not known: git ignores it, and it is too large to list`;
    return [{ kind: "unseen", line }];
  }
  if (!isScoped(asked) && check_paths.length === 0) return [];
  if (changes !== undefined && !changes.blind && !changes.cut) return [];
  const why = changes === undefined ? UNSEEN : (changes.why ?? MORE);
  return [{ kind: "unseen", line: `can't tell whether it stayed in its scope: ${why}` }];
}

/** What another that was at work there may have done. */
function unclearBeside({ apart, mine, names }: Seen, asked: Asked | undefined, met: readonly string[]): Unclear[] {
  if (apart === undefined) return [];
  const isSomething = apart.unclear.length + apart.unclearCommits.length > 0;
  const forbidden = asked === undefined ? [] : forbiddenAmong(apart, asked);
  const what = someOf(apart.unclear, NAMED);
  const untold = (did: string): string => `whether ${names} ${did} can't be told`;
  const lines: Unclear[] = met.map((line) => ({
    kind: "expected",
    line: `${line} was expected: ${untold("made it")}`,
  }));
  if (forbidden.length > 0) lines.push({ kind: "forbidden", line: untold(`changed ${someOf(forbidden, NAMED)}`) });
  if (isSomething && mine.length === 0 && apart.commits.length === 0)
    lines.push({ kind: "changed", line: untold(apart.unclear.length > 0 ? `changed ${what}` : "made the commits") });
  return lines;
}

/** Changes of unknown origin to protected files, or to what checks depend on. */
function forbiddenAmong({ unclear, aside }: Attribution, asked: Asked): string[] {
  const { deny, check_paths, ignores_case } = asked;
  const { ignored, nested, unread } = aside.unclear;
  const seen = [...unclear, ...nested, ...unread];
  return [
    ...new Set([
      ...outside(seen, asked),
      ...seen.filter((path) => isIn(path, check_paths, ignores_case)),
      ...ignoredIn({ ignored }, [...deny, ...check_paths], ignores_case),
    ]),
  ];
}

/** Red, then green: the same tree says both, unless the checks have changed it meanwhile. */
function flakyIn({ checks, byChecks = [] }: Seen): Unclear[] {
  const flaky = checks.filter((one) => one.flaky).map(({ result }) => `\`${result.command}\``);
  if (flaky.length === 0 || byChecks.length === 0) return [];
  const changed = someOf(byChecks, NAMED);
  const line = `${flaky.join(", ")} failed and then passed, and the checks changed ${changed} in between`;
  return [{ kind: "flaky", line }];
}

/** If only tests, or what a check runs, were edited, that may be why it passes. */
function onlyTests(seen: Seen, asked: Asked | undefined): Unclear[] {
  const work = workIn(seen, asked);
  if (asked === undefined || asked.tests_are_work || work.length === 0) return [];
  const passed = seen.checks.filter((one) => one.passed).map(({ result }) => result.command);
  const kept = new Set(seen.changes?.kept);
  const isRun = (path: string): boolean => kept.has(path) && passed.some((command) => isRunBy(command, path));
  if (passed.length === 0 || !work.every((path) => looksLikeTest(path) || isRun(path))) return [];
  const what = work.every(looksLikeTest) ? "tests" : "what its checks run";
  const commands = passed.map((one) => `\`${one}\``).join(", ");
  return [
    { kind: "tests", line: `only ${what} changed (${someOf(work, NAMED)}), and ${commands} may pass because of that` },
  ];
}

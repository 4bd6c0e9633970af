/** From what is known of an attempt to what its verdict is made from. Pure. */
import { someOf } from "@fleet/kit/text";

import { type Asked, commandsOf } from "./asked.ts";
import { failureLine } from "./check-plan.ts";
import { answerIn, type Delivered, deliverWords, type Words } from "./deliverable.ts";
import { type Lack, unmetBy } from "./expect.ts";
import { hasChanged, whyUnseen } from "./has-changed.ts";
import { editedOf, forbiddenBy } from "./forbidden.ts";
import { passedOver } from "./passed-over.ts";
import type { Seen } from "./seen.ts";
import type { Shown } from "./shown.ts";
import type { Worked } from "./tools.ts";
import { guardedBy, unclearBy } from "./unclear.ts";
import { NAMED } from "./untold.ts";
import { withUnclear, workOf } from "./work.ts";

/** What an answer is expected to be, and whether it is there. */
export function deliverableOf(seen: Seen, asked: Asked | undefined, words: Words): Delivered | undefined {
  const wanted = answerIn(asked?.expect ?? []);
  return wanted?.kind === "words" ? deliverWords(words) : seen.answered;
}

/** `claimed`: it says that it is done, with these words; only then anything was checked or expected. */
export function shownBy(seen: Seen, asked: Asked | undefined, claimed: boolean, words: Words): Shown {
  const deliverable = claimed ? deliverableOf(seen, asked, words) : undefined;
  const failed = seen.checks.filter(({ passed }) => !passed);
  const wanted = asked === undefined ? 0 : commandsOf(asked).length;
  const isWanted = claimed && asked !== undefined;
  const how = { deliverable, ignoresCase: asked?.ignores_case === true };
  const own = isWanted ? unmetBy(asked.expect, { ...workOf(seen, asked), ...how }) : [];
  const all = own.length === 0 ? [] : unmetBy(asked?.expect ?? [], { ...withUnclear(seen, asked), ...how });
  const linesOf = (lacks: readonly Lack[], kind: Lack["kind"]): string[] =>
    lacks.flatMap((lack) => (lack.kind === kind ? [lack.line] : []));
  const missing = linesOf(all, "missing");
  const left = new Set(all.map(({ line }) => line));
  const changed = hasChanged(seen, asked);
  return {
    proved: asked !== undefined && isProved(seen, asked),
    passed: seen.checks.filter(({ passed }) => passed).map(({ result }) => result.command),
    failed: failed.map(({ result }) => failureLine(result)),
    unfinished: claimed && seen.checks.length < wanted,
    changed,
    shared: seen.apart !== undefined,
    passedOver: seen.changes === undefined ? [] : [...betweenIn(seen), ...passedOver(seen.changes)],
    ...(changed === undefined ? { unseen: whyUnseen(seen) } : {}),
    elsewhere: elsewhereOf(seen),
    expected: asked !== undefined && asked.expect.length + asked.allow.length + asked.deny.length > 0,
    worked: workedBy(seen, changed),
    unmet: [...missing, ...(isWanted ? spoiled(seen, asked) : []), ...(claimed ? leftOpen(seen) : [])],
    answered: deliverable?.kind === "there",
    outside: asked === undefined ? [] : forbiddenBy(seen, asked),
    damaged: guardedBy(seen, "own"),
    unclear: unclearBy(seen, asked, {
      met: own.flatMap(({ kind, line, what = line }) => (kind === "missing" && !left.has(line) ? [what] : [])),
      unseen: linesOf(all, "unseen"),
    }),
  };
}

const betweenIn = ({ between = [] }: Seen): string[] =>
  between.length === 0 ? [] : [`changed since the task began, but not by its attempts: ${someOf(between, NAMED)}`];

/** What an earlier attempt did needs no tool of this one. */
function workedBy(seen: Seen, changed: boolean | undefined): Worked {
  if (!seen.reportsTools) return "unknown";
  const { worked } = seen.tools;
  return worked === "none" && seen.goesOn && changed === true ? "some" : worked;
}

/** By what git told of it; without that, by the branches that have commits which were not there. */
function elsewhereOf({ elsewhere: told, changes, apart }: Seen): readonly string[] {
  if (changes === undefined) return told;
  const { elsewhere: branches } = changes;
  const nested = apart === undefined ? changes.nested : [...apart.aside.mine.nested, ...apart.aside.unclear.nested];
  const inside =
    nested.length === 0 ? [] : [`what changed is in ${someOf(nested, NAMED)}, a repository of its own inside this one`];
  const stash = changes.stashed === true ? ["what it changed is in a stash (git stash list)"] : [];
  if (told.length > 0 || branches.length === 0) return [...told, ...stash, ...inside];
  return [`its commits are on ${someOf(branches, NAMED)}, which is not what is checked out`, ...stash, ...inside];
}

/** A pass after editing what the check depends on proves nothing. */
function spoiled(seen: Seen, asked: Asked): string[] {
  const edited = editedOf(seen, asked);
  return edited.length === 0 ? [] : [`its checks depend on what it changed: ${someOf(edited, NAMED)}`];
}

/** Beside others it may be another's. */
function leftOpen({ changes, apart }: Seen): string[] {
  const { unmerged = [] } = changes ?? {};
  if (unmerged.length === 0 || apart !== undefined) return [];
  return [`conflicts were left as they are, with their markers, in ${someOf(unmerged, NAMED)}`];
}

/** Each command that is to prove the work failed where the task began, and passes now. */
function isProved({ checks, onBase }: Seen, { prove }: Asked): boolean {
  const passes = new Set(checks.filter(({ passed }) => passed).map(({ result }) => result.command));
  return prove.length > 0 && prove.every((one) => passes.has(one) && onBase.some(({ command }) => command === one));
}

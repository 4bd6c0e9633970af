/**
 * What other attempts say of themselves, for whose a change of something protected is: those in the same place, and of what belongs to
 * no place (the person's settings, the hooks of a repository with several working trees) those that were at work elsewhere.
 */
import { statSync } from "node:fs";
import { join, resolve } from "node:path";

import { ifReadable } from "@fleet/kit/errors";

import { toolsRan } from "../evidence/tools.ts";
import { readRan } from "../ran/ran.ts";
import { FILES } from "../records/files.ts";
import { attemptsOf, tasksDir } from "../records/paths.ts";
import { list } from "@fleet/kit/list";
import { type AttemptRecord, judgedAt, readAttempt } from "../records/record.ts";
import type { Deeds } from "./changes.ts";
import { readKept } from "./kept.ts";
import { scriptSpan, toolSpans } from "./spans.ts";

/** For a script its whole output, for an agent its tools. */
export const spansOf = (dir: string): Deeds["spans"] =>
  readKept(dir)?.script === true ? scriptSpan(dir) : toolSpans(dir);

/** Since what is protected was written down for the attempt of `dir`. Read only where something of it has changed. */
export function elsewhereOf(home: string, dir: string): Deeds[] {
  const since = statSync(join(dir, FILES.protected), { throwIfNoEntry: false })?.mtimeMs;
  if (since === undefined) return [];
  return list(tasksDir(home))
    .flatMap((task) => attemptsOf(home, task))
    .filter((one) => one.dir !== dir && (judgedAt(one.dir) ?? Infinity) >= since)
    .flatMap((one) => ifReadable(() => deedsSince(one.dir, readAttempt(one.dir), since)) ?? []);
}

function deedsSince(dir: string, record: AttemptRecord | undefined, since: number): Deeds[] {
  if (record === undefined) return [];
  const { cwd, place } = record;
  const { written, ran, spans } = saidOf(dir);
  return [
    {
      written: written.map((path) => resolve(cwd, path)),
      ran: ran && { ...ran, commands: ran.commands.filter(({ at, until }) => (until ?? at) >= since) },
      spans: spans.filter(({ until }) => until >= since),
      elsewhere: { top: place?.path ?? cwd, repository: place?.repository },
    },
  ];
}

interface Said extends Pick<Deeds, "ran" | "spans"> {
  readonly mark: string;
  readonly written: readonly string[];
}

/** By directory. Fifty attempts that see the same change ask each for all the others, again and again while it is nobody's. */
const said = new Map<string, Said>();
const MOST_SAID = 200;

/** The content of its files, read again once one of them has changed. */
function saidOf(dir: string): Said {
  const mark = [FILES.events, FILES.log, FILES.trace, FILES.git]
    .map((name) => statSync(join(dir, name), { throwIfNoEntry: false }))
    .map((stat) => (stat === undefined ? "" : `${stat.ino} ${stat.size} ${stat.mtimeMs}`))
    .join("|");
  const known = said.get(dir);
  if (known?.mark === mark) return known;
  const read = { mark, written: toolsRan(dir).written, ran: readRan(dir), spans: spansOf(dir) };
  said.delete(dir);
  said.set(dir, read);
  for (const oldest of said.keys()) {
    if (said.size <= MOST_SAID) break;
    said.delete(oldest);
  }
  return read;
}

/** With `--db`: commands that are named must work on that home too, not on the one of the environment. Pure. */
import { shellWord } from "@fleet/kit/shell";

import type { Sink } from "./sink.ts";

/** Where a text names a command, not where it speaks of fleet. */
const COMMAND = /(^|[:;,(] ?|[`'"]|\b(?:run|or|and|then) )fleet (?=[a-z])/gm;

export const ofHome = (text: string, home: string): string =>
  text.replaceAll(COMMAND, (_, before: string) => `${before}FLEET_HOME=${shellWord(home)} fleet `);

/** A sink that is told of another home's commands. */
export const inHome = (sink: Sink, home: string): Sink => ({ ...sink, warn: (text) => sink.warn(ofHome(text, home)) });

/** With `--db` the commands in messages have to work on that home too, not on the environment's. Pure. */
import { shellWord } from "@fleet/kit/shell";

import type { Sink } from "./sink.ts";

/** Matches commands in a text, not other mentions of fleet. */
const COMMAND = /(^|[:;,(] ?|[`'"]|\b(?:run|or|and|then) )fleet (?=[a-z])/gm;

export const ofHome = (text: string, home: string): string =>
  text.replaceAll(COMMAND, (_, before: string) => `${before}FLEET_HOME=${shellWord(home)} fleet `);

/** A sink that adds the home to commands in messages. */
export const inHome = (sink: Sink, home: string): Sink => ({ ...sink, warn: (text) => sink.warn(ofHome(text, home)) });

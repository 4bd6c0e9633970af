/**
 * The depot of a source that is a partial clone. No repository has all objects of it, so the depot borrows from the source, and
 * fetches what is missing there from the same remote. To keep the source from pruning what a task needs, each task gets one ref in
 * it: the only thing that fleet ever adds to a person's repository unasked.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { replaceFile } from "@fleet/kit/files";
import { alternatesText } from "@fleet/kit/git/alternates";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { refsIn } from "@fleet/kit/git/refs-in";
import { configText, type Setting } from "@fleet/kit/git/settings";
import type { Source } from "@fleet/kit/git/source";
import { readText } from "@fleet/kit/read";

import { withAbsoluteRemotes } from "./config.ts";
import type { Making } from "./making.ts";
import { sourceRef } from "./source-refs.ts";
import { done } from "./trouble.ts";

const isTrue = (value: string | undefined): boolean => value === undefined || /^(?:true|yes|on|[1-9]\d*)$/i.test(value);

/** Whether the repository fetches objects on demand. */
export const isPartial = ({ settings }: Pick<Source, "settings">): boolean =>
  settings.some(
    ({ key, value }) => key === "extensions.partialclone" || (/^remote\..*\.promisor$/.test(key) && isTrue(value)),
  );

/** The settings that say from where, and which objects are left out. */
export const promisorSettings = ({ settings }: Pick<Source, "settings">): Setting[] => [
  ...settings
    .filter(({ key }) => /^remote\..*\.(?:promisor|partialclonefilter)$/.test(key))
    .map((one) => ({ ...one, scope: "local" })),
  ...settings
    .filter(({ key }) => key === "extensions.partialclone")
    .map(({ value }) => ({ scope: "local", key: `remote.${value ?? ""}.promisor`, value: "true" })),
];

const alternatesAt = (depot: string): string => join(depot, "objects", "info", "alternates");

/** Borrows from the source at its current path. */
export function borrow(depot: string, source: Source): void {
  const text = alternatesText([source.objects]);
  if (readText(alternatesAt(depot)) !== text) replaceFile(alternatesAt(depot), text, { sync: false });
}

/** Whether a depot borrows from its source. */
export const isDirect = (depot: string): boolean => existsSync(alternatesAt(depot));

/** False where the source is gone or was moved. */
export const borrowsFromWhatIsThere = (depot: string): boolean => {
  const text = readText(alternatesAt(depot))?.trim() ?? "";
  // A path with a quote is stored differently, so git is asked each time.
  return text === "" || existsSync(text);
};

/** Of a depot that was just begun. */
export function makeDirect(depot: string, source: Source): void {
  borrow(depot, source);
  const reached = withAbsoluteRemotes(source.top, source.settings).filter(
    ({ key, scope }) => scope === "local" && /^remote\..*\.url$/.test(key),
  );
  const config = join(depot, "config");
  const text = configText([...reached, ...promisorSettings(source)]);
  replaceFile(config, `${readText(config) ?? ""}${text}`, { sync: false });
}

/** Whether this is the source of a task's work, wherever it is now. */
export const isSourceOf = (home: string, source: Source, task: string): boolean =>
  refsIn(source.commonDir).some(({ name }) => name === sourceRef(home, task));

/** Keeps in the source, for a task, all that it has now: `keep` makes one commit of that in a repository. */
export async function keepInSource(
  making: Making,
  source: Source,
  task: string,
  keep: (gitDir: string) => Promise<string>,
): Promise<void> {
  const { env, home } = making;
  const kept = await keep(source.commonDir);
  const args = ["update-ref", sourceRef(home, task), kept];
  done(await gitObjects(args, { env, gitDir: source.commonDir }), "write a ref into the source", source.top);
}

/** Deletes the task's ref from its source: a person discarded its work. */
export async function forgetInSource({ env }: Making, commonDir: string, ref: string): Promise<void> {
  if (!existsSync(commonDir)) return;
  done(
    await gitObjects(["update-ref", "-d", ref], { env, gitDir: commonDir }),
    "delete a ref in the source",
    commonDir,
  );
}

/**
 * Every accepted version of the settings is a commit, so that a changed setting is part of the history. What is committed is
 * what holds: two who set something at once are put in order by the branch, and the file follows. A file that still says what
 * was overtaken a moment ago is one that is about to be written; any other that differs is what a person has just saved.
 */
import { FleetError } from "@fleet/kit/errors";
import { replaceFile } from "@fleet/kit/files";
import { readText } from "@fleet/kit/read";
import type { Act } from "@fleet/store/decision";
import { tryReadObjects } from "@fleet/store/git/objects";
import type { Snapshot } from "@fleet/store/snapshot";
import type { Store } from "@fleet/store/store";

import { parseConfig } from "./file.ts";
import { configPath } from "./place.ts";
import type { Config } from "./schema.ts";

/** The settings can't be written just now. */
class SettingsError extends FleetError {
  override readonly name = "SettingsError";
  readonly code = "raced";
}

const NAME = "config.yaml";
/** Milliseconds from a commit within which the file is written. */
const FOLLOWS_WITHIN = 20_000;
/** So many commits are looked at for what was overtaken; a busy home makes some dozens in that time. */
const LOOKED_AT = 60;
const MAX_TRIES = 50;

const onDisk = (store: Store): string => readText(configPath(store.home), { links: "follow" }) ?? "";

/** Undefined where no version was committed yet. */
function versionAt(store: Store, snapshot: Snapshot): string | undefined {
  const entry = snapshot.rootEntry(NAME);
  const [bytes] = entry === undefined ? [] : tryReadObjects(store.gitDir, [entry.oid]);
  return Buffer.isBuffer(bytes) ? bytes.toString("utf8") : undefined;
}

const committedAt = (store: Store, snapshot: Snapshot): string => versionAt(store, snapshot) ?? "";

/** Of a text that is not what is committed: true for what the settings were until a moment ago. */
function isOvertaken(store: Store, snapshot: Snapshot, text: string, now: number): boolean {
  const commits = Array.from({ length: LOOKED_AT }, (_, back) => `${snapshot.tip}~${back}`);
  const found = tryReadObjects(
    store.gitDir,
    commits.flatMap((commit) => [commit, `${commit}:${NAME}`]),
  );
  for (let at = 0; at < found.length; at += 2) {
    const [commit, version] = [found[at], found[at + 1]];
    if (!Buffer.isBuffer(commit)) return false;
    if (text === (Buffer.isBuffer(version) ? version.toString("utf8") : "")) return true;
    const seconds = /^committer .* (\d+) [+-]\d{4}$/m.exec(commit.toString("utf8"))?.[1] ?? "0";
    if (Number(seconds) * 1000 < now - FOLLOWS_WITHIN) return false;
  }
  return false;
}

/** Commits the file as it was read; true when it was a new version. */
export async function commitConfig(store: Store, act: Act, text: string): Promise<boolean> {
  return await store.transact(act, (snapshot) => {
    if (text === committedAt(store, snapshot) || isOvertaken(store, snapshot, text, act.now))
      return { kind: "none", result: false };
    return { kind: "commit", event: "config", subject: NAME, files: { [NAME]: text }, result: true };
  });
}

export interface Changed {
  readonly before: string;
  readonly after: string;
}

/**
 * Puts a change on top of the settings as they are, whoever else changes them now. The commit comes first, so that the
 * history says who set what: a supervisor that saw the file first would commit it as its own.
 */
export async function changeConfig(
  store: Store,
  act: Act,
  change: (yaml: string) => string,
  what: string,
): Promise<Changed> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const file = onDisk(store);
    const changed = await store.transact<Changed | undefined>(act, (snapshot) => {
      const before = committedAt(store, snapshot);
      const commit = { kind: "commit", event: "config" } as const;
      // What a person has saved is a version of its own.
      if (file !== before && !isOvertaken(store, snapshot, file, act.now))
        return { ...commit, subject: NAME, files: { [NAME]: checked(file, change) }, result: undefined };
      const after = change(before);
      const result = { before, after };
      if (after === before) return { kind: "none", result };
      return { ...commit, subject: what, files: { [NAME]: after }, result };
    });
    if (changed !== undefined && written(store, act.now)) return changed;
  }
  throw new SettingsError("config.yaml is changed by others without pause", { mend: "fleet config show" });
}

/** A whole file as a person edited it, in place of whatever the file says: that may be what no settings can be made of. */
export async function saveConfig(store: Store, act: Act, text: string): Promise<void> {
  await store.transact(act, (snapshot) =>
    text === committedAt(store, snapshot)
      ? { kind: "none", result: undefined }
      : { kind: "commit", event: "config", subject: `${NAME} edited`, files: { [NAME]: text }, result: undefined },
  );
  replaceFile(configPath(store.home), text);
}

/** The file itself, once it is known that the change can be put on top of it. */
function checked(file: string, change: (yaml: string) => string): string {
  change(file);
  return file;
}

/** Makes the file say what is committed; false where a person has saved it meanwhile. Who writes late looks again. */
function written(store: Store, now: number): boolean {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const snapshot = store.snapshot();
    const text = committedAt(store, snapshot);
    const file = onDisk(store);
    if (file === text) return true;
    if (!isOvertaken(store, snapshot, file, now)) return false;
    replaceFile(configPath(store.home), text);
  }
  return false;
}

/** The settings that were last accepted, for a supervisor that starts while the file is invalid; undefined without any. */
export function acceptedConfig(store: Store): Config | undefined {
  const text = versionAt(store, store.snapshot());
  const checked = text === undefined ? undefined : parseConfig(text);
  return checked?.ok === true ? checked.config : undefined;
}

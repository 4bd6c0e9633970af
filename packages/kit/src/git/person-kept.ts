/**
 * What git answered about the person, kept with what it depends on: the configuration files that git reads from such a directory,
 * those that are not there too, and what would make another repository the nearest one. An answer counts only while all of that
 * is as it was. Kept is none that rests on more: an include, a variable of git's, a `.git` that is a file, a bare repository.
 */
import { isObject } from "../is-object.ts";
import { statSync } from "node:fs";
import { dirname, join } from "node:path";

import { writeDerived } from "../files.ts";
import { readJson } from "../json.ts";

export interface Person {
  readonly name: string | undefined;
  readonly email: string | undefined;
}

/** Where git is asked, and the whole of its environment. */
export interface Places {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface Asked {
  readonly person: Person;
  /** As git names them: `file:PATH`, `command line:`, … */
  readonly origins: readonly string[];
  /** Nothing but those files says more: none includes another. */
  readonly isWhole: boolean;
}

/** How a path was: nothing there, a directory, a file. */
type Stamp = string;

interface Kept {
  readonly key: string;
  /** When it was asked, in milliseconds since 1970. */
  readonly at: number;
  readonly stamps: Readonly<Record<string, Stamp>>;
  readonly name?: string;
  readonly email?: string;
}

const SHAPE = 1;
/** Directories in which somebody works by turns. */
const MOST = 16;
/** A file of the system that git reads wherever it was built for may appear unseen: for no longer than a day, in milliseconds. */
const AGE = 24 * 3600 * 1000;
/** As git's index has it: a file changed so shortly before may change again within one tick of its clock. In milliseconds. */
const COARSE = 2_000;

const SYSTEM = "/etc/gitconfig";

/** Undefined: it can't be looked at. */
function stampOf(path: string): Stamp | undefined {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return "-";
    return stat.isDirectory()
      ? `directory ${stat.ino} ${stat.uid}`
      : `file ${stat.ino} ${stat.uid} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}`;
  } catch {
    // Whatever it is: then git is asked.
    return undefined;
  }
}

const changedAt = (stamp: Stamp): number =>
  stamp.startsWith("file ") ? Number(stamp.slice(stamp.lastIndexOf(" ") + 1)) : 0;

function ancestors(cwd: string): readonly string[] {
  const above = dirname(cwd);
  return above === cwd ? [cwd] : [cwd, ...ancestors(above)];
}

/** Undefined where a variable of git's says more than files do. */
function keyOf({ cwd, env }: Places): string | undefined {
  const names = Object.keys(env).filter((name) => name !== "GIT_TERMINAL_PROMPT");
  if (names.some((name) => name.startsWith("GIT_"))) return undefined;
  return JSON.stringify([cwd, ...names.toSorted().map((name) => [name, env[name]])]);
}

/** A mark of everything the answer depends on; undefined if that can't be listed. */
function stampsOf({ cwd, env }: Places, origins: readonly string[], at: number): Kept["stamps"] | undefined {
  const home = env["HOME"];
  if (home === undefined || origins.some((origin) => !origin.startsWith("file:"))) return undefined;
  const xdg = env["XDG_CONFIG_HOME"];
  const named = origins.map((origin) => origin.slice("file:".length)).filter((path) => path.startsWith("/"));
  const around = ancestors(cwd);
  const paths = [SYSTEM, join(xdg || join(home, ".config"), "git/config"), join(home, ".gitconfig"), ...named];
  const stamps: Record<string, Stamp> = {};
  for (const directory of around) {
    const stamp = stampOf(join(directory, ".git"));
    // A worktree's or submodule's file leads elsewhere; a HEAD beside no work tree makes a bare repository.
    if (stamp === undefined || stamp.startsWith("file ") || stampOf(join(directory, "HEAD")) !== "-") return undefined;
    stamps[join(directory, ".git")] = stamp;
    stamps[join(directory, "HEAD")] = "-";
    if (stamp !== "-") paths.push(join(directory, ".git/config"), join(directory, ".git/config.worktree"));
  }
  for (const path of paths) {
    const stamp = stampOf(path);
    if (stamp === undefined || changedAt(stamp) > at - COARSE) return undefined;
    stamps[path] = stamp;
  }
  return stamps;
}

const isText = (value: unknown): value is string | undefined => value === undefined || typeof value === "string";

const isKept = (value: unknown): value is Kept =>
  isObject(value) &&
  typeof value["key"] === "string" &&
  typeof value["at"] === "number" &&
  isObject(value["stamps"]) &&
  isText(value["name"]) &&
  isText(value["email"]);

/** No schema: every command that writes reads this. Anything odd means that nothing is kept. */
function keptIn(file: string): readonly Kept[] {
  try {
    const value = readJson(file);
    if (!isObject(value) || value["shape"] !== SHAPE || !Array.isArray(value["kept"])) return [];
    return value["kept"].filter(isKept);
  } catch {
    // Unreadable, or no file: as if there were none.
    return [];
  }
}

/** Undefined where nothing is kept that still counts. */
export function keptAnswer(file: string, places: Places, now: number): Person | undefined {
  const key = keyOf(places);
  const kept = key === undefined ? undefined : keptIn(file).find((one) => one.key === key);
  if (kept === undefined) return undefined;
  const age = now - kept.at;
  if (age < 0 || age > AGE) return undefined;
  const isAsItWas = Object.entries(kept.stamps).every(([path, stamp]) => stampOf(path) === stamp);
  return isAsItWas ? { name: kept.name, email: kept.email } : undefined;
}

/** Keeps an answer, where it depends on nothing else than files that are seen. */
export function keep(file: string, places: Places, { person, origins, isWhole }: Asked, at: number): void {
  const key = keyOf(places);
  const stamps = key === undefined || !isWhole ? undefined : stampsOf(places, origins, at);
  if (key === undefined || stamps === undefined) return;
  const { name, email } = person;
  const mine: Kept = {
    key,
    at,
    stamps,
    ...(name === undefined ? {} : { name }),
    ...(email === undefined ? {} : { email }),
  };
  const others = keptIn(file).filter((one) => one.key !== key);
  writeDerived(file, () => JSON.stringify({ shape: SHAPE, kept: [mine, ...others].slice(0, MOST) }));
}

/**
 * What an attempt is not to change whatever its task says, because programs run by it later, as somebody else: hooks and settings of
 * the repository, profiles of the shell. Written down before it starts, with copies; looked at again, by content, whenever it was written to.
 */
import { lstatSync } from "node:fs";
import { join, resolve } from "node:path";
import * as z from "zod/mini";

import { ifReadable } from "@fleet/kit/errors";
import { createExclusive, ensureDir, replaceFile } from "@fleet/kit/files";
import { readJsonAs } from "@fleet/kit/json";
import { MIB, readBytes, readText } from "@fleet/kit/read";

import { Marker, marks, marksOf } from "../evidence/marks.ts";
import { PROTECTED } from "../../settings/protect.ts";
import { toolsRan } from "../evidence/tools.ts";
import { readRan } from "../ran/ran.ts";
import type { GitRan } from "../ran/trace.ts";
import { FILES } from "../records/files.ts";
import { listSome } from "../records/paths.ts";
import { type ProtectedChange, protectedChanges, type Watched } from "./changes.ts";
import { riskyKeys } from "./risky-keys.ts";
import { toolSpans } from "./spans.ts";

const kept = z.object({
  /** Of the repository: the directory of hooks, the file of its configuration. */
  hooks: z.optional(z.string()),
  settings: z.optional(z.string()),
  top: z.string(),
  /** Other files, absolute. */
  paths: z.array(z.string()),
  config: z.record(z.string(), z.array(z.string())),
  files: marks,
  copies: z.record(z.string(), z.string()),
});
type Kept = z.infer<typeof kept>;
type Places = Pick<Kept, "hooks" | "settings" | "top" | "paths">;

/** Profiles of shells, below the home directory. */
const PROFILES = [
  ".profile",
  ".bash_profile",
  ".bash_login",
  ".bashrc",
  ".bash_logout",
  ".zshenv",
  ".zprofile",
  ".zshrc",
  ".zlogin",
  ".config/fish/config.fish",
];

interface Around {
  readonly cwd: string;
  readonly top: string;
  /** The git directory, where there is a repository. */
  readonly repository: string | undefined;
  readonly home: string | undefined;
}

/** `protect`: as the settings have it; what is none of their words is a path. */
export function placesOf(protect: readonly string[], { cwd, top, repository, home }: Around): Places {
  const words = new Set(protect);
  const isRepository = repository !== undefined;
  const profiles = words.has("shell-profiles") && home !== undefined ? PROFILES.map((name) => join(home, name)) : [];
  const own = protect
    .filter((one) => !PROTECTED.some((word) => word === one))
    .map((path) => resolve(cwd, path.replace(/^~(?=\/)/, home ?? "~")));
  return {
    ...(isRepository && words.has("git-hooks") ? { hooks: join(repository, "hooks") } : {}),
    ...(isRepository && words.has("git-config") ? { settings: join(repository, "config") } : {}),
    top,
    paths: [...profiles, ...own],
  };
}

const MOST_HOOKS = 100;
/** A longer one has no copy. */
const MOST_OF_A_COPY = MIB / 4;

function pathsOf({ hooks, paths }: Places): string[] {
  if (hooks === undefined) return [...paths];
  const names = ifReadable(() => listSome(hooks, MOST_HOOKS).names) ?? [];
  return [...names.filter((name) => !name.endsWith(".sample")).map((name) => join(hooks, name)), ...paths];
}

function look(places: Places): Watched {
  const { settings } = places;
  const text = settings === undefined ? undefined : ifReadable(() => readText(settings));
  const marker = new Marker();
  return {
    config: riskyKeys(text ?? ""),
    files: marksOf(
      pathsOf(places).flatMap((path): [string, string][] => {
        const mark = marker.mark(path);
        return mark === "" ? [] : [[path, mark]];
      }),
    ),
  };
}

/** Before anything of the attempt lives; once. */
export function watchPlaces(dir: string, places: Places): void {
  const { config, files } = look(places);
  const copies: Record<string, string> = {};
  for (const [n, path] of Object.keys(files).entries()) {
    const bytes = ifReadable(() => readBytes(path, { most: MOST_OF_A_COPY }));
    if (bytes === undefined) continue;
    const copy = join(dir, FILES.copies, String(n));
    ensureDir(join(dir, FILES.copies), 0o700);
    replaceFile(copy, bytes, { mode: 0o600 });
    copies[path] = copy;
  }
  createExclusive(join(dir, FILES.protected), JSON.stringify({ ...places, config, files, copies }));
}

const readKept = (dir: string): Kept | undefined =>
  ifReadable(() => readJsonAs(join(dir, FILES.protected), kept, { most: MIB }));

/** What changed since; none where nothing was written down. */
export function changesIn(dir: string, written: readonly string[], ran: () => GitRan | undefined): ProtectedChange[] {
  const before = readKept(dir);
  if (before === undefined) return [];
  const now = look(before);
  const { settings, top, copies } = before;
  const told = { config: settings, top, copies, written, ran: undefined, spans: [], changedAt };
  const isAny = protectedChanges(before, now, told).length > 0;
  return isAny ? protectedChanges(before, now, { ...told, ran: ran(), spans: toolSpans(dir) }) : [];
}

const changedAt = (path: string): number | undefined =>
  ifReadable(() => lstatSync(path, { throwIfNoEntry: false }))?.ctimeMs;

/** As long as it is not known whose a change is, that is asked again this often, in milliseconds. */
const AGAIN = 5_000;

/** While it runs: asked often, it reads again only what was written to since. */
export class ProtectedWatch {
  readonly #dir: string;
  #places: Places | undefined;
  #stamp: string | undefined;
  #found: readonly ProtectedChange[] = [];
  #asked = -Infinity;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** `now`: monotonic. */
  look(now: number): readonly ProtectedChange[] {
    const places = (this.#places ??= readKept(this.#dir));
    if (places === undefined) return this.#found;
    const all = [places.settings, places.hooks].filter((path) => path !== undefined).concat(pathsOf(places));
    const stamp = all.map(stampOf).join(" ");
    // Whose a change is may be known later than the change.
    const isOpen = this.#found.some(({ whose }) => whose === "unknown") && now - this.#asked >= AGAIN;
    if (stamp !== this.#stamp || isOpen) {
      this.#asked = now;
      this.#found = changesIn(this.#dir, toolsRan(this.#dir).written, () => readRan(this.#dir));
    }
    this.#stamp = stamp;
    return this.#found;
  }
}

/** The last of it is set by the system alone: a time that is set back hides nothing. */
function stampOf(path: string): string {
  const stat = ifReadable(() => lstatSync(path, { throwIfNoEntry: false }));
  return stat === undefined ? "-" : `${stat.ino}:${stat.size}:${stat.mtimeMs}:${stat.ctimeMs}`;
}

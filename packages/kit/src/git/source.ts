/**
 * A repository of a person's as one that is to be copied: where it is, which refs and settings it has. Only asked by what runs
 * no program of that repository: `rev-parse`, `config`, `for-each-ref`.
 */
import { existsSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";

import { readText } from "../read.ts";
import type { Environment } from "./environment.ts";
import { git, reasonOf } from "./git.ts";
import { isOid } from "./oid.ts";
import { parseRefs, type Ref, REF_FORMAT } from "./refs.ts";
import { type Found, notFound, untold } from "./repository.ts";
import { parseSettings, type Setting } from "./settings.ts";

/** branch: it is checked out; `oid` undefined before its first commit · detached: a commit is. */
type Head =
  | { readonly kind: "branch"; readonly name: string; readonly oid: string | undefined }
  | { readonly kind: "detached"; readonly oid: string };

export interface Source {
  /** The top of the working tree; of a bare repository the git directory. */
  readonly top: string;
  readonly isBare: boolean;
  /** The directory asked about, below the top; "" for the top itself. */
  readonly below: string;
  readonly gitDir: string;
  /** Shared by all linked working trees. */
  readonly commonDir: string;
  readonly objects: string;
  readonly format: "sha1" | "sha256";
  readonly head: Head;
  /** Below refs/heads, refs/remotes, refs/tags and refs/replace. */
  readonly refs: readonly Ref[];
  readonly settings: readonly Setting[];
  readonly isShallow: boolean;
}

export type FoundSource = { readonly kind: "source"; readonly source: Source } | Exclude<Found, { kind: "repository" }>;

const PLACES = [
  "--is-bare-repository",
  "--show-object-format",
  "--absolute-git-dir",
  "--git-common-dir",
  "--show-prefix",
];
const REFS = ["refs/heads", "refs/remotes", "refs/tags", "refs/replace"];

export async function readSource(dir: string, env: Environment): Promise<FoundSource> {
  const ask = async (...args: string[]) => await git({ place: "person", env, dir }, args);
  // At once, because nothing in one depends on another, and each waits for a process to start.
  const [asked, listed, refs] = await Promise.all([
    ask("rev-parse", ...PLACES, "--show-toplevel"),
    ask("config", "--list", "--show-scope", "-z"),
    ask("for-each-ref", REF_FORMAT, ...REFS),
  ]);
  const said = asked.kind === "ok" ? undefined : notFound(dir, asked);
  if (said !== undefined) return said;
  // In a bare repository all is told but the top, which it has not.
  const text = asked.kind === "unavailable" ? "" : asked.stdout;
  const lines = text.split("\n");
  const [bare, format, gitAt = "", common = "", prefix = "", topAt = ""] = lines;
  const isBare = bare === "true";
  if (asked.kind !== "ok" && !isBare) return { kind: "none" };
  if (lines.length !== PLACES.length + (isBare ? 1 : 2))
    return { kind: "unknown", why: "a path of the repository has a line break" };
  try {
    if (listed.kind !== "ok") return { kind: "unknown", why: reasonOf(listed) };
    if (refs.kind !== "ok") return { kind: "unknown", why: reasonOf(refs) };
    const [gitDir, commonDir] = [realpathSync(gitAt), realpathSync(resolve(dir, common))];
    let all = parseRefs(refs.stdout);
    let head = headOf(gitDir, all);
    if (isUnborn(head)) {
      // A person may have made the branch, or packed it, while its refs were listed.
      const again = await ask("for-each-ref", REF_FORMAT, ...REFS);
      if (again.kind !== "ok") return { kind: "unknown", why: reasonOf(again) };
      all = parseRefs(again.stdout);
      head = headOf(gitDir, all);
    }
    if (head === undefined) return { kind: "unknown", why: `${join(gitDir, "HEAD")} can't be read` };
    return {
      kind: "source",
      source: {
        top: isBare ? gitDir : realpathSync(topAt),
        isBare,
        below: isBare ? "" : prefix.replace(/\/$/, ""),
        gitDir,
        commonDir,
        objects: realpathSync(join(commonDir, "objects")),
        format: format === "sha256" ? "sha256" : "sha1",
        head,
        refs: all,
        settings: parseSettings(listed.stdout),
        isShallow: existsSync(join(commonDir, "shallow")),
      },
    };
  } catch (error) {
    return untold(error, dir);
  }
}

const isUnborn = (head: Head | undefined): boolean => head?.kind === "branch" && head.oid === undefined;

function headOf(gitDir: string, refs: readonly Ref[]): Head | undefined {
  const text = readText(join(gitDir, "HEAD"), { links: "follow" })?.trim() ?? "";
  const name = /^ref: refs\/heads\/(.+)$/.exec(text)?.[1];
  if (name === undefined) return isOid(text) ? { kind: "detached", oid: text } : undefined;
  return { kind: "branch", name, oid: refs.find((ref) => ref.name === `refs/heads/${name}`)?.oid };
}

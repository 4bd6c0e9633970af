/**
 * Repositories inside a working tree: its submodules, and others that it does not know. To git each is one entry, whatever is in
 * it. Each is opened as the repository that it is: `git status` of the one around would look inside with the inner one's
 * own configuration, and run its filters.
 */
import { realpathSync } from "node:fs";
import { join, normalize } from "node:path";

import type { Environment } from "@fleet/kit/git/environment";
import { git, reasonOf } from "@fleet/kit/git/git";
import { openRepository, type Repository, zeroed } from "@fleet/kit/git/repository";
import { counted } from "@fleet/kit/figures";
import { readBounded } from "@fleet/kit/read";
import { thereAt } from "@fleet/kit/there";

import { isBlank, type Marker, treeMark } from "./marks.ts";
import { trivialIn } from "./trivial.ts";

export interface Inner {
  /** By their paths from the top, those of repositories that are no submodules with a `/` behind. */
  readonly marks: readonly (readonly [string, string])[];
  /** Submodules with something uncommitted. */
  readonly changed: readonly string[];
  /** Of those that are no submodules, the working trees of the repository around. */
  readonly linked: readonly string[];
  /** What in them is known by its name alone, in words. */
  readonly unlooked: readonly string[];
  /** Why not all of them could be told. */
  readonly why?: string;
}

interface Named {
  readonly paths: readonly string[];
  readonly why?: string;
}

/** More than this, over all levels, are not looked into. */
const MOST = 100;
/** Of one that has more uncommitted files, these are known by their content, and the rest by their names. */
const MOST_FILES = 2_000;

interface Look {
  readonly env: Environment;
  readonly marker: Marker;
  /** Of the repository around. */
  readonly commonDir: string;
  left: number;
}

/** `nested`: directories with a repository that git named as unknown to it, with a `/` behind each. */
export const lookInside = async (
  top: string,
  nested: readonly string[],
  { env, marker, commonDir }: Pick<Look, "env" | "marker" | "commonDir">,
): Promise<Inner> => await levelIn(top, nested, { env, marker, commonDir, left: MOST });

async function levelIn(top: string, nested: readonly string[], look: Look): Promise<Inner> {
  const named = await submodulesIn(top, look.env);
  const [marks, changed, linked, unlooked]: [[string, string][], string[], string[], string[]] = [[], [], [], []];
  let { why } = named;
  for (const path of [...named.paths.filter((one) => isCheckedOut(top, one)), ...nested]) {
    const isNested = path.endsWith("/");
    const seen = await seenIn(join(top, path), look);
    if (seen === undefined) continue;
    if ("why" in seen) why ??= `${isNested ? "the repository" : "submodule"} ${path}: ${seen.why}`;
    else {
      marks.push([path, seen.mark]);
      if (seen.unread > 0) unlooked.push(`the content of ${counted(seen.unread, "uncommitted file")} in ${path}`);
      if (seen.isChanged && !isNested) changed.push(path);
      if (seen.isLinked && isNested) linked.push(path);
    }
  }
  return { marks, changed, linked, unlooked, ...(why === undefined ? {} : { why }) };
}

/** What .gitmodules names, even if the agent wrote it. */
async function submodulesIn(top: string, env: Environment): Promise<Named> {
  const file = readBounded(join(top, ".gitmodules"));
  if (file.kind === "absent") return { paths: [] };
  if (file.kind === "unreadable") return { paths: [], why: `.gitmodules: ${file.why}` };
  const args = ["config", "--file", "-", "--no-includes", "-z", "--get-regexp", String.raw`^submodule\..*\.path$`];
  const asked = await git({ place: "person", env }, args, { input: file.text });
  // 1: it names none.
  if (asked.kind === "failed" && asked.code === 1) return { paths: [] };
  if (asked.kind !== "ok") return { paths: [], why: `.gitmodules: ${reasonOf(asked)}` };
  return { paths: [...new Set(zeroed(asked.stdout).map((entry) => entry.slice(entry.indexOf("\n") + 1)))] };
}

/** A directory of this working tree, by its own name, with a repository in it. */
function isCheckedOut(top: string, path: string): boolean {
  if (path === "" || path === "." || normalize(path) !== path || path.startsWith("..") || path.startsWith("/"))
    return false;
  const dir = join(top, path);
  try {
    return realpathSync(dir) === dir && thereAt(join(dir, ".git")) !== undefined;
  } catch {
    return false;
  }
}

interface Marked {
  readonly mark: string;
  readonly isChanged: boolean;
  readonly isLinked: boolean;
  /** So many files are known by their names alone. */
  readonly unread: number;
}

type Seen = Marked | { readonly why: string };

/** Undefined: a directory with a .git that is none; the repository around is what git sees there. */
async function seenIn(at: string, look: Look): Promise<Seen | undefined> {
  if (look.left-- <= 0) return { why: `more than ${MOST} repositories are inside` };
  const dir = at.replace(/\/$/, "");
  const found = await openRepository(dir, look.env);
  if (found.kind === "unknown") return found;
  if (found.kind === "none") return undefined;
  const { repository } = found;
  try {
    return repository.top === dir ? await lookAt(repository, look) : undefined;
  } finally {
    repository.close();
  }
}

/** By the tree of its HEAD and by what differs from that, so that a touch is nothing, and neither is an empty commit. */
async function lookAt(repository: Repository, look: Look): Promise<Seen> {
  const { top, ask } = repository;
  const status = await ask("status", { options: ["--porcelain=v1", "-z", "--untracked-files=all", "--no-renames"] });
  if (status.kind !== "ok") return { why: reasonOf(status) };
  const paths = zeroed(status.stdout).map((entry) => entry.slice(3));
  const nested = paths.filter((path) => path.endsWith("/"));
  const inside = await levelIn(top, nested, look);
  if (inside.why !== undefined) return { why: inside.why };
  const all = paths.filter((path) => !path.endsWith("/"));
  const listed = all.slice(0, MOST_FILES);
  const rest = all.slice(MOST_FILES).map((path): [string, string] => [path, ""]);
  const marks = await look.marker.markAll(top, listed);
  const files = Object.entries(marks);
  const isEmpty = (path: string): boolean => isBlank(marks[path] ?? "");
  const fresh = zeroed(status.stdout).flatMap((entry) => (entry.startsWith("??") ? [entry.slice(3)] : []));
  const head = await oidOf(repository, "HEAD^{commit}");
  const trivial = new Set([...(await trivialIn(repository, head, listed, isEmpty)), ...fresh.filter(isEmpty)]);
  return {
    mark: treeMark(
      (await oidOf(repository, "HEAD^{tree}")) ?? "",
      [...files, ...rest, ...inside.marks],
      [...files.filter(([path]) => !trivial.has(path)), ...rest, ...inside.marks],
      !look.marker.isSpent,
    ),
    isChanged: paths.length > 0 || inside.changed.length > 0,
    isLinked: repository.commonDir === look.commonDir,
    unread: rest.length,
  };
}

async function oidOf({ ask }: Repository, revision: string): Promise<string | undefined> {
  const asked = await ask("rev-parse", { options: ["--quiet"], revisions: [revision] });
  return asked.kind === "ok" ? asked.stdout.trim() : undefined;
}

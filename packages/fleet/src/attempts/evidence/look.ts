/** Looks at a directory before the coder starts, and again when nothing of it lives. Others run meanwhile; nothing there is changed. */
import { join } from "node:path";

import { git } from "@fleet/kit/git/git";
import { type Found, openRepository } from "@fleet/kit/git/repository";

import { movesSince } from "../ran/moves.ts";
import { type Around, dirtyIn } from "./dirty.ts";
import { commitsIn, elsewhereIn, hadIn, headOf, isStashed, since, tipsOf } from "./history.ts";
import { isLeftover } from "./leftovers.ts";
import { linesSince } from "./lines.ts";
import type { Listing } from "./listing.ts";
import { isBlank, Marker } from "./marks.ts";
import type { Place } from "./place.ts";
import { mayBeRun } from "./run-by.ts";
import { trivialIn } from "./trivial.ts";
import { walk } from "./walk.ts";

/** `wall`: now. */
type Looking = Around & { readonly wall: number };

/** Where an attempt in this directory works, as far as others are concerned. */
export function placeOf(found: Found, cwd: string): Place {
  if (found.kind !== "repository") return { path: cwd, git: false };
  const { top, commonDir } = found.repository;
  return { path: top, git: true, repository: commonDir };
}

/** Git is asked for at most so many files named like leftovers or checks whether they were committed. */
const MOST_KEPT = 200;

const TRACE = "trace2.eventtarget";

/** Where the person has git write down its commands: one may be made there, in a directory without a repository too. */
async function traceOutside(env: Around["env"]): Promise<string | undefined> {
  const asked = await git({ place: "person", env }, ["config", "--get", TRACE]);
  return asked.kind === "ok" ? asked.stdout.trim() : undefined;
}

/** Closes what was found. */
export async function listBefore(found: Found, cwd: string, looking: Looking): Promise<Listing> {
  const { skip, wall } = looking;
  const at = new Date(wall).toISOString();
  if (found.kind === "unknown") return { kind: "blind", top: cwd, why: found.why, at };
  if (found.kind === "none") {
    const trace = await traceOutside(looking.env);
    return { kind: "files", top: cwd, ...(await walk(cwd, skip)), ...(trace === undefined ? {} : { trace }), at };
  }
  const { repository } = found;
  try {
    const { top } = repository;
    const { head, why } = await headOf(repository);
    const tips = head === undefined ? [] : await tipsOf(repository, "--all");
    const trace = repository.configured(TRACE);
    const { fresh: _fresh, ...shown } = await dirtyIn(repository, new Marker(), looking, [why]);
    return {
      kind: "git",
      top,
      ...(head === undefined ? {} : { head }),
      git: repository.commonDir,
      ...(trace === undefined ? {} : { trace }),
      ...(repository.ignoresCase ? { ignores_case: true } : {}),
      ...(tips === undefined ? {} : { tips }),
      ...shown,
      at,
    };
  } finally {
    repository.close();
  }
}

/** The same again, in the terms of what was listed before. */
export async function listAfter(before: Listing, looking: Looking): Promise<Listing> {
  const { env, skip, wall } = looking;
  const at = new Date(wall).toISOString();
  const { top } = before;
  if (before.kind === "blind") return { kind: "blind", top, why: before.why, at };
  if (before.kind === "files") {
    const made = await madeSince(top, looking);
    return { kind: "files", top, ...(await walk(top, skip)), ...(made === undefined ? {} : { repository: made }), at };
  }
  const marker = new Marker();
  const now = await marker.markAll(top, [...Object.keys(before.dirty), ...Object.keys(before.unread ?? {})]);
  const found = await openRepository(top, env);
  const gone = goneBy(found, top);
  if (found.kind !== "repository") return { kind: "git", top, dirty: {}, now, blind: true, why: gone ?? "", at };
  const { repository } = found;
  try {
    if (gone !== undefined) return { kind: "git", top, dirty: {}, now, blind: true, why: gone, at };
    const { head, why } = await headOf(repository);
    const { why: untold, ...made } = why === undefined ? await since(repository, before, head) : { why };
    const ahead = await repository.ask("rev-list", { options: ["--count"], revisions: ["@{upstream}..HEAD"] });
    const moves = await movesSince(repository, { at: Date.parse(before.at), head: before.head });
    const { fresh, ...listed } = await dirtyIn(repository, marker, looking, [untold]);
    const committed = new Set(made.committed);
    const isNew = (path: string): boolean => before.dirty[path] === undefined && !committed.has(path);
    const differing = [...new Set([...(made.committed ?? []), ...Object.keys(listed.dirty)])];
    const isEmpty = (path: string): boolean => isBlank(listed.dirty[path] ?? marker.mark(join(top, path)));
    const unlisted = differing.filter((path) => before.dirty[path] === undefined);
    const trivial = [
      ...(await trivialIn(repository, before.head, unlisted, isEmpty)),
      // Git compares only what it knows.
      ...fresh.filter((path) => isNew(path) && isEmpty(path)),
    ];
    const kept = await hadIn(
      repository,
      before.head,
      differing.filter((path) => isLeftover(path) || mayBeRun(path)).slice(0, MOST_KEPT),
    );
    const stashed = await isStashed(repository, before);
    const elsewhere = await elsewhereIn(repository, before);
    // For a file that was dirty before, git only knows the sum of both changes.
    const isUntold = (path: string): boolean => before.dirty[path] !== undefined || listed.unread?.[path] !== undefined;
    const counted = differing.length === 0 ? [] : await linesSince(repository, { head: before.head, fresh, isUntold });
    return {
      kind: "git",
      top,
      ...(head === undefined ? {} : { head }),
      ...(moves === undefined ? {} : { moves }),
      ...listed,
      now,
      ...made,
      ...(trivial.length === 0 ? {} : { trivial }),
      ...(counted === undefined ? {} : { lines: counted }),
      ...(kept.length === 0 ? {} : { kept }),
      ...(stashed ? { stashed } : {}),
      ...(elsewhere.length === 0 ? {} : { elsewhere }),
      ...(ahead.kind === "ok" ? { unpushed: Number(ahead.stdout) } : {}),
      at,
    };
  } finally {
    repository.close();
  }
}

/** A new repository at this top, or above it: all of its content is new. */
async function madeSince(top: string, looking: Around) {
  const found = await openRepository(top, looking.env);
  if (found.kind !== "repository") return undefined;
  const { repository } = found;
  try {
    const { dirty } = await dirtyIn(repository, new Marker(), looking, []);
    return { commits: await commitsIn(repository), dirty: Object.keys(dirty) };
  } finally {
    repository.close();
  }
}

/** Why the repository of before can't be looked at again; undefined where it can. */
function goneBy(found: Found, top: string): string | undefined {
  if (found.kind === "unknown") return found.why;
  if (found.kind === "none") return "the git repository that was there is gone";
  return found.repository.top === top ? undefined : `its git names another working tree, ${found.repository.top}`;
}

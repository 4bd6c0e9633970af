/**
 * The network: the only calls of git on a home that see the person's own configuration and credentials. Everything that
 * would point git at another repository (a hook's GIT_DIR) is dropped all the same.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { StoreError } from "../errors.ts";
import { hashOf } from "./canonical.ts";
import { shellWord } from "@fleet/kit/shell";
import { gitOn } from "../git/hint.ts";
import { gitLater, gitSync, type Said } from "../git/run.ts";
import { BRANCH } from "../git/tip.ts";

const git = async (gitDir: string, args: readonly string[]): Promise<Said> =>
  await gitLater("network", [`--git-dir=${gitDir}`, ...args]);

/** The URL behind a name in the home's own configuration; undefined for a name that is none. */
export function remoteUrl(gitDir: string, name: string): string | undefined {
  const { code, stdout } = gitSync(gitDir, ["config", "--get", `remote.${name}.url`]);
  return code === 0 ? stdout.toString("utf8").trim() : undefined;
}

/** What a remote is called where it matters who is behind it: a name can be given another address. */
export const addressOf = (gitDir: string, remote: string): string => remoteUrl(gitDir, remote) ?? remote;

/** In the home's own configuration, which no sync and no push writes. */
const TRUSTED = "fleet.trusted";

/** Whether a person has said that what comes from there may run here. */
export function isTrusted(gitDir: string, remote: string): boolean {
  const { code, stdout } = gitSync(gitDir, ["config", "--null", "--get-all", TRUSTED]);
  return code === 0 && stdout.toString("utf8").split("\0").includes(addressOf(gitDir, remote));
}

export function trustRemote(gitDir: string, remote: string): void {
  if (isTrusted(gitDir, remote)) return;
  const { code, stderr } = gitSync(gitDir, ["config", "--add", TRUSTED, addressOf(gitDir, remote)]);
  if (code !== 0)
    throw new StoreError("unwritable", `git config failed: ${stderr.trim()}`, {
      where: join(gitDir, "config"),
      mend: `${gitOn(gitDir)} config --add ${TRUSTED} ${shellWord(addressOf(gitDir, remote))}`,
    });
}

/** Bytes of one file, and files: no queue comes near, and the merge holds them in memory. */
const MOST = { bytes: 512 * 1024 * 1024, files: 10_000 };

/** Refuses a state that is larger than a queue can be. */
export function checkSize(gitDir: string, tip: string, remote: string): void {
  const { code, stdout, stderr } = gitSync(gitDir, ["ls-tree", "-r", "-l", "-z", tip]);
  if (code !== 0) throw new StoreError("unreadable", `git ls-tree failed: ${stderr.trim()}`, { where: gitDir });
  const files = stdout
    .toString("utf8")
    .split("\0")
    .filter((line) => line !== "");
  const large = files.find((line) => Number(line.split("\t")[0]?.split(/ +/)[3]) > MOST.bytes)?.split("\t")[1];
  const why =
    files.length > MOST.files
      ? `it has ${files.length} files; a fleet's home has fewer than ${MOST.files}`
      : large === undefined
        ? undefined
        : `its ${large} has more than ${MOST.bytes} bytes`;
  if (why !== undefined)
    throw new StoreError("home", `what the remote holds is too large to be merged: ${why}`, {
      where: remote,
      mend: "nothing was merged; ask the owner of that home, or name another: fleet sync URL",
    });
}

/** Where the other home's tip is kept here; also what keeps its objects. */
const refOf = (remote: string): string => `refs/fleet/remote/${hashOf(remote).toString("hex").slice(0, 12)}`;

/** What is worth showing of git's own words. */
export const tellingOf = (stderr: string): string =>
  stderr
    .split("\n")
    .map((line) => line.replace(/^remote: ?/, "").trim())
    .filter((line) => line !== "" && !/^(To |From |error: failed to push|hint:)/.test(line))
    .slice(-12)
    .join("\n  ");

/** The tip of the other home's branch; undefined where it has none yet. */
export async function fetchTip(gitDir: string, remote: string): Promise<string | undefined> {
  const ref = refOf(remote);
  const args = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-prune"];
  const done = await git(gitDir, [...args, "--", remote, `+${BRANCH}:${ref}`]);
  if (/couldn't find remote ref/.test(done.stderr)) return undefined;
  if (done.code !== 0)
    throw new StoreError("unreadable", `git fetch failed: ${tellingOf(done.stderr)}`, {
      where: remote,
      mend: fetchMend(gitDir, remote, done.stderr),
    });
  const { stdout } = gitSync(gitDir, ["rev-parse", "--verify", "--quiet", `${ref}^{commit}`]);
  const oid = stdout.toString("latin1").trim();
  if (oid === "") throw new StoreError("unreadable", `git fetch left no ${ref}`, { where: gitDir });
  return oid;
}

/** What git said of a path or URL that holds no repository, it would say again. */
const fetchMend = (gitDir: string, remote: string, stderr: string): string =>
  /does not appear to be a git repository|does not exist|not found/i.test(stderr)
    ? "name another home, or a new repository for it: git init --bare DIR, then fleet sync DIR"
    : `${gitOn(gitDir)} fetch ${shellWord(remote)}`;

/**
 * Refuses to fill what is not empty: without a fleet's branch, a repository with any branch or commit, or with a working
 * tree, is somebody's project. A branch that came since `fetchTip` looked is not refused: the push finds it.
 */
export async function checkEmpty(gitDir: string, remote: string): Promise<void> {
  const done = await git(gitDir, ["ls-remote", "--", remote]);
  if (done.code !== 0)
    throw new StoreError("unreadable", `git ls-remote failed: ${tellingOf(done.stderr)}`, {
      where: remote,
      mend: `${gitOn(gitDir)} ls-remote ${shellWord(remote)}`,
    });
  const refs = done.stdout.split("\n").flatMap((line) => line.split("\t")[1] ?? []);
  const path = (remoteUrl(gitDir, remote) ?? remote).replace(/^file:\/\//, "");
  const isProject = refs.length === 0 ? existsSync(join(path, ".git")) : !refs.includes(BRANCH);
  if (!isProject) return;
  const has = refs.find((ref) => ref !== "HEAD") ?? (refs.length === 0 ? "a working tree" : "a commit");
  throw new StoreError(
    "home",
    `the remote is not a fleet home, and not empty: it has ${has}, and no ${BRANCH} of fleet's`,
    {
      where: remote,
      mend: "name another home, or a new repository for it: git init --bare DIR, then fleet sync DIR",
    },
  );
}

export type Pushed =
  | { readonly kind: "pushed" }
  /** Somebody was there first: fetch again. */
  | { readonly kind: "refused"; readonly why: string };

/** Moves the other home's branch, if it is still where it was seen. */
export async function push(gitDir: string, remote: string, commit: string, seen: string | undefined): Promise<Pushed> {
  const args = ["push", "--porcelain", "--no-follow-tags", `--force-with-lease=${BRANCH}:${seen ?? ""}`];
  const done = await git(gitDir, [...args, "--", remote, `${commit}:${BRANCH}`]);
  if (done.code === 0) return { kind: "pushed" };
  const line = done.stdout.split("\n").find((one) => one.startsWith("!")) ?? "";
  if (
    /\[rejected\]|failed to update ref|cannot lock ref|incorrect old value|reference already exists/.test(
      `${line} ${done.stderr}`,
    )
  )
    return { kind: "refused", why: line.split("\t").at(-1) ?? "" };
  throw new StoreError("unwritable", `the other home refused the push: ${tellingOf(done.stderr) || line}`, {
    where: remote,
    mend: "fix what it names, then: fleet sync; this home has everything already",
  });
}

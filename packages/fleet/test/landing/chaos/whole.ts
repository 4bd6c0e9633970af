/** What must be true, after each kill and in the end: in words what is not. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { workOf } from "../../../src/landing/accepted.ts";
import { readWorkspace } from "../../../src/workspaces/record.ts";
import { type Field, STAY_OUT } from "./field.ts";

/** At any moment: of each task the target has all or nothing, and what the person has not committed is as it was. */
export function brokenNow(field: Field): string[] {
  const { repo } = field;
  const broken: string[] = [];
  const { gitDir, branch } = field.target();
  const files = new Set(field.gitIn(gitDir, "ls-tree", "-r", "--name-only", branch).split("\n"));
  const landed = landings(field);
  for (const { id, title, status } of field.issues()) {
    const n = Number(title.slice("Do ".length));
    const times = landed.filter((task) => task === id).length;
    if (times > 1) broken.push(`${id} is ${times} times on the target`);
    if (status === "closed" && times === 0) broken.push(`${id} is closed, and not on the target`);
    const its = [`made/${n}/12`, `link-${n}`];
    const count = its.filter((path) => files.has(path)).length + (files.has(`gone-${n}`) ? 0 : 1);
    const isPaired = n >= field.options.tasks - 4;
    if (!isPaired && count !== (times === 0 ? 0 : 3)) broken.push(`${id} is not whole on the target`);
  }
  for (const [path, text] of Object.entries(field.own()))
    if (readFileSync(join(repo, path), "utf8") !== text) broken.push(`${path} of the person's is another`);
  return broken;
}

/** The tasks whose work the target has, as often as it has it. */
function landings(field: Field): readonly string[] {
  const { gitDir, branch } = field.target();
  const format = "--format=%(trailers:key=Fleet-Task,valueonly)";
  return field
    .gitIn(gitDir, "log", "--first-parent", format, branch)
    .split("\n")
    .filter((line) => line !== "");
}

/** Once all landers are over, and nobody works any more. */
export function brokenAtEnd(field: Field): string[] {
  const { repo, options } = field;
  const broken = brokenNow(field);
  const landed = new Set(landings(field));
  for (const { id, status } of field.issues())
    if ((status === "closed") !== landed.has(id))
      broken.push(`${id} is ${status}, and on the target: ${landed.has(id)}`);
  if (landed.size !== options.tasks - STAY_OUT) broken.push(`${landed.size} of ${options.tasks} landed`);
  if (options.way === "checkout" && field.git("symbolic-ref", "HEAD").trim() !== "refs/heads/main")
    broken.push("not on main");
  const expected = new Set([" M dirty", "M  staged", "?? notes"]);
  for (const line of field.git("status", "--porcelain").split("\n"))
    // A commit of the person's that met a locked index.
    if (line !== "" && !expected.has(line) && !/^(?:\?\?|A ) of-person-/.test(line)) broken.push(`status: ${line}`);
  const left = readdirSync(join(repo, ".git"), { recursive: true, encoding: "utf8" });
  for (const path of left) if (/\.lock$|fleet-landing/.test(path)) broken.push(`left: ${path}`);
  const refs = field.git("for-each-ref", "--format=%(refname)", "refs/fleet").split("\n");
  for (const ref of refs) if ([...landed].some((id) => ref.includes(`/land/${id}/`))) broken.push(`left: ${ref}`);
  return [...broken, ...unsound(field), ...redCommits(field), ...lost(field)];
}

function unsound(field: Field): string[] {
  const gitDirs = [join(field.repo, ".git"), field.bare, ...depotsOf(field)];
  return gitDirs.flatMap((dir) => {
    try {
      field.gitIn(dir, "fsck", "--strict", "--connectivity-only", "--no-dangling");
      return [];
    } catch (error) {
      return [`fsck of ${dir}: ${String(error)}`];
    }
  });
}

const depotsOf = ({ home }: Field): string[] =>
  readdirSync(join(home, "work")).flatMap((name) => (name.endsWith(".git") ? [join(home, "work", name)] : []));

/** Each commit of the target's own line passes the check. */
function redCommits(field: Field): string[] {
  const { gitDir, branch } = field.target();
  const at = join(field.options.dir, "looked");
  field.gitIn(field.options.dir, "clone", "-q", gitDir, at);
  const commits = field.gitIn(gitDir, "rev-list", "--first-parent", branch).trim().split("\n");
  return commits.flatMap((commit) => {
    field.gitIn(at, "checkout", "-q", "--detach", commit);
    return field.passes(at) ? [] : [`${commit} is red`];
  });
}

/** What each attempt made is kept, whatever became of it. */
const lost = (field: Field): string[] =>
  field.issues().flatMap((issue) => {
    const found = workOf(field.home, issue);
    if (found.kind === "none") return [found.why];
    const depot = readWorkspace(field.home, issue.id)?.depot ?? "";
    try {
      field.gitIn(depot, "cat-file", "-e", `${found.work.files}^{tree}`);
      return [];
    } catch {
      return [`the work of ${issue.id} is gone`];
    }
  });

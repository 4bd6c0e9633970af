/**
 * The work as the repository would store it. Uncommitted files were kept without running any filter (git-lfs, git-crypt), and an
 * agent's commits may have bypassed them. Landed as they are, they would put a file of megabytes, or the clear text of an encrypted
 * file, on the target.
 */
import { join } from "node:path";

import { parseChanged } from "@fleet/kit/git/changed-paths";

import { dateOf, done, oidOf, writeCommit } from "./git-in-tree.ts";
import { commitText, FLEET } from "./message.ts";
import { checkOut, type LandingTree } from "./tree.ts";

interface Range {
  readonly base: string;
  readonly head: string;
}

/** A commit with the files of `head` as git would add them; `head` itself where that changes nothing. */
export async function asStored(tree: LandingTree, { base, head }: Range): Promise<string> {
  const paths = await filteredPaths(tree, { base, head });
  if (paths.length === 0) return head;
  await checkOut(tree, head);
  // Filtering a file that is already in its stored form changes nothing.
  const renormalize = ["add", "--renormalize", "--pathspec-from-file=-", "--pathspec-file-nul"];
  done(await tree.ask(renormalize, paths.map((path) => `${path}\0`).join("")), "run the filters of the repository");
  const stored = done(await tree.ask(["write-tree"]), "write the files down").trim();
  if (stored === (await oidOf(tree, `${head}^{tree}`))) return head;
  const date = await dateOf(tree, head);
  const message = "The files as the filters of the repository store them\n";
  return await writeCommit(
    tree,
    commitText({ tree: stored, parents: [head], author: { ...FLEET, date }, date, message }),
  );
}

/** The changed files for which the work's attributes name a filter. */
async function filteredPaths(tree: LandingTree, { base, head }: Range): Promise<string[]> {
  const drivers = await tree.ask(["config", "--name-only", "--get-regexp", String.raw`^filter\.`]);
  if (drivers.kind !== "ok") return [];
  const changed = done(await tree.ask(["diff-tree", "-r", "-z", "--no-renames", base, head]), "compare two commits");
  const files = parseChanged(changed).filter(({ after }) => after?.mode.startsWith("100") === true);
  if (files.length === 0) return [];
  // Use the attributes of the work, which is not checked out yet. A separate index, because the tree's own describes other files.
  const index = join(tree.gitDir, "stored.index");
  done(await tree.askAt(index, ["read-tree", head]), "read a commit");
  const input = files.map(({ path }) => `${path}\0`).join("");
  const attributes = ["check-attr", "--cached", "-z", "--stdin", "filter"];
  const asked = done(await tree.askAt(index, attributes, input), "read attributes");
  const fields = asked.split("\0");
  const filtered: string[] = [];
  for (let at = 0; at + 2 < fields.length; at += 3)
    if (!NONE.has(fields[at + 2] ?? "")) filtered.push(fields[at] ?? "");
  return filtered;
}

const NONE = new Set(["unspecified", "unset", "set"]);

/**
 * The home is made idempotently and whole: it is built aside and renamed into place, so that of several processes making
 * it at once one wins and the others adopt it.
 */
import { join } from "node:path";

import { diskTrouble, diskWords, errno } from "@fleet/kit/errors";
import { StoreError } from "./errors.ts";
import { discard, ensureDir, makeDir, move, replaceFile, setMode } from "@fleet/kit/files";
import { shellWord } from "@fleet/kit/shell";
import { type NewObject, newObject, type ObjectType, writeObjects } from "./git/new-object.ts";
import { gitLater } from "./git/run.ts";
import { encodeCommit, encodeTree, type Person, type TreeEntry } from "./git/tree.ts";
import { BRANCH } from "./git/tip.ts";
import { COMMITTER, gitDirOf, homeExists } from "./home.ts";
import { emptyMeta, encodeMeta } from "./meta.ts";
import { crypto } from "@fleet/kit/node";
import { installPushHook } from "./push-hook.ts";
import { SHARD_NAMES } from "./shard.ts";

/** Refuses a commit in a working tree that somebody linked to the home: it would move the branch without the swap. */
const PRE_COMMIT = `#!/bin/sh
echo "This is the fleet's home: a commit made here would overwrite what fleet writes at the same time." >&2
echo "Clone it, commit in the clone, and push:" >&2
echo "  git clone \\"$(git rev-parse --git-common-dir)\\" fleet-clone" >&2
exit 1
`;

/** Which of git's commands move a branch from a working tree and ask a hook first. */
const REFUSING_HOOKS = ["pre-commit", "pre-merge-commit", "pre-applypatch", "pre-rebase"] as const;

/** git's quoting of a value: a `#` or `;` in the home's path would begin a comment. */
const quoted = (value: string): string =>
  `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n").replaceAll("\t", "\\t")}"`;

/**
 * preciousObjects: a person's `git gc --prune=now` does all but remove objects, and `git prune` refuses. Without it, with
 * four writers writing, gc took the trees of acknowledged commits within three seconds: it decides what is reachable
 * before the branch moves and unlinks after the writer has looked. Our own maintenance needs neither.
 */
const CONFIG = (hooks: string): string => `[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
\tfsync = committed,reference
\thooksPath = ${quoted(hooks)}
\tlogAllRefUpdates = false
[extensions]
\tpreciousObjects = true
[user]
\tname = ${COMMITTER.name}
\temail = ${COMMITTER.email}
\tuseConfigOnly = false
[commit]
\tgpgSign = false
[gc]
\tauto = 0
[receive]
\tdenyNonFastForwards = true
\tautogc = false
[maintenance]
\tauto = false
`;

const ATTRIBUTES = "*.jsonl merge=fleet -text -filter -ident\n";

export interface NewHome {
  readonly prefix: string;
  readonly author: Person;
  /** Seconds since 1970. */
  readonly seconds: number;
}

/** Makes the home, or adopts the one that is there. */
export async function createHome(home: string, wanted: NewHome): Promise<"created" | "adopted"> {
  try {
    if (homeExists(home)) {
      installPushHook(gitDirOf(home));
      return "adopted";
    }
    // Whatever the umask, and whoever made the directory: prompts, logs and the queue are the person's alone.
    ensureDir(home, 0o700);
    makePrivate(home);
    const aside = join(home, `.git.new-${crypto().randomBytes(6).toString("hex")}`);
    try {
      await build(home, aside, wanted);
      move(aside, gitDirOf(home));
      return "created";
    } catch (error) {
      if (errno(error) === "ENOTEMPTY" || errno(error) === "EEXIST") return "adopted";
      throw error;
    } finally {
      discard(aside);
    }
  } catch (error) {
    throw diskTrouble(error, home);
  }
}

function makePrivate(home: string): void {
  try {
    setMode(home, 0o700);
  } catch {
    // Somebody else's directory. What is made in it is private; doctor names the rest.
  }
}

async function build(home: string, aside: string, wanted: NewHome): Promise<void> {
  const git = await gitLater("home", ["init", "--bare", "--template=", "--initial-branch=main", aside]);
  if (git.code !== 0)
    throw new StoreError("unwritable", `git init failed: ${diskWords(git.stderr) ?? git.stderr.trim()}`, {
      where: home,
      mend: `df -h ${shellWord(home)}; ls -ld ${shellWord(home)}`,
    });
  const put = (name: string, text: string, mode = 0o600): void => replaceFile(join(aside, name), text, { mode });
  put("config", CONFIG(join(gitDirOf(home), "hooks")));
  for (const hook of REFUSING_HOOKS) put(join("hooks", hook), PRE_COMMIT, 0o755);
  installPushHook(aside);
  makeDir(join(aside, "fleet"));
  setMode(aside, 0o700);
  put("description", "The queue and the history of a fleet\n");
  put(BRANCH, `${firstCommit(aside, wanted)}\n`);
}

function firstCommit(gitDir: string, wanted: NewHome): string {
  const objects: NewObject[] = [];
  const put = (type: ObjectType, bytes: Buffer): string => {
    const object = newObject(type, bytes);
    objects.push(object);
    return object.oid;
  };
  const empty = put("blob", Buffer.alloc(0));
  const file = (name: string, oid: string): TreeEntry => ({ mode: "100644", name, oid });
  const issues = put("tree", encodeTree(SHARD_NAMES.map((name) => file(`${name}.jsonl`, empty))));
  const tree = put(
    "tree",
    encodeTree([
      file(".gitattributes", put("blob", Buffer.from(ATTRIBUTES))),
      { mode: "40000", name: "issues", oid: issues },
      file("memories.jsonl", empty),
      file("meta.json", put("blob", Buffer.from(encodeMeta(emptyMeta(wanted.prefix))))),
    ]),
  );
  const { author, seconds } = wanted;
  const message = `init: a home with the prefix ${wanted.prefix}\n\nFleet-Event: init\n`;
  const commit = put("commit", encodeCommit({ tree, parents: [], author, committer: COMMITTER, seconds, message }));
  writeObjects(gitDir, objects);
  return commit;
}

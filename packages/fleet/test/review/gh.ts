/** A repository with a bare one as its remote, and a `gh` that answers from files. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Fleet } from "../support/fleet.ts";

/** Answers from files beside it, and keeps what it was asked. */
const GH = (dir: string, bare: string) => `#!/bin/sh
cd ${dir} || exit 1
echo "$*" >>asked
case "$1 $2" in
  "pr create") cat >body; echo OPEN >state; echo https://github.example/pull/7 ;;
  "pr edit") [ ! -f refuses ] || exit 1; cat >body ;;
  "pr view")
    [ -f state ] || { echo "no pull requests found" >&2; exit 1; }
    ref=$(cat branch 2>/dev/null || git --git-dir ${bare} for-each-ref --count=1 --format='%(refname:short)' refs/heads/fleet)
    head=$(git --git-dir ${bare} rev-parse "$ref")
    [ "$(cat state)" = OPEN ] && echo "$head" >head
    printf '{"number":7,"url":"https://github.example/pull/7","state":"%s","mergeCommit":{"oid":"%s"},"headRefOid":"%s","headRefName":"%s","comments":%s,"reviews":[],"statusCheckRollup":%s}' \\
      "$(cat state)" "$(cat merged 2>/dev/null || echo abc)" "$(cat head)" "$ref" "$(cat comments)" "$(cat checks)" ;;
  api*) case "$*" in *PATCH*) [ ! -f refuses ] || exit 1 ;; esac; cat lines ;;
esac
`;

interface Pulled {
  readonly bare: string;
  /** Where gh is, with its answers and what it was asked. */
  readonly dir: string;
  /** In the project. */
  readonly git: (...args: string[]) => string;
  /** Sets answers, as JSON. */
  readonly said: (files: Readonly<Record<string, unknown>>) => void;
}

/** The project of this fleet follows main of the bare repository; nobody has said anything yet. */
export function pulledFrom(fleet: Fleet): Pulled {
  const [bare, dir] = [join(fleet.root, "bare.git"), join(fleet.root, "gh")];
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: fleet.project, env: fleet.env, encoding: "utf8" }).trim();
  git("init", "-q", "--bare", bare);
  git("init", "-q");
  git("commit", "-q", "--allow-empty", "-m", "first");
  git("remote", "add", "origin", bare);
  git("push", "-q", "-u", "origin", "main");
  mkdirSync(dir);
  writeFileSync(join(dir, "gh"), GH(dir, bare), { mode: 0o755 });
  const said = (files: Readonly<Record<string, unknown>>): void => {
    for (const [name, value] of Object.entries(files)) writeFileSync(join(dir, name), JSON.stringify(value));
  };
  said({ comments: [], checks: [], lines: [] });
  return { bare, dir, git, said };
}

/** Adds a line, and says that it is done. */
const AGENT = `cat >/dev/null
echo '{"type":"tool","name":"edit"}'
echo more >>a && git add a && git commit -qm work
fleet bd close "$FLEET_TASK_ID" --reason "wrote it" >&2
echo '{"type":"result","ok":true,"text":"all done"}'
`;

/** The settings of a fleet whose coder is that one. */
export function writing(fleet: Fleet, settings: Readonly<Record<string, string>> = {}): void {
  const script = join(fleet.root, "agent.sh");
  writeFileSync(script, AGENT);
  fleet.configure(
    { isolate: "clone", land: "manual", default_coder: "writer", ...settings },
    `coders:
  writer:
    argv: [sh, ${script}]
    prompt: stdin
    events:
      - { when: { type: tool }, event: tool-finished, fields: { tool: name } }
      - { when: { type: result }, event: result, fields: { ok: ok, text: text } }
`,
  );
}

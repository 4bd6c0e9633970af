/** A fleet whose tasks are written by a scripted coder, in clones of a repository with one commit, and wait for a person. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { Fleet } from "../support/fleet.ts";

/** Writes a file, and does what a review asks for; it says under which session it was started. */
const AGENT = `p=$(mktemp) && cat >"$p"
echo '{"type":"session","id":"s1"}'
echo '{"type":"tool","name":"edit"}'
mark=$(sed -n 's/^- \\([0-9a-f]\\{4\\}\\), .*/\\1/p' "$p" | head -1)
rm "$p"
if [ -n "$mark" ]; then
  printf 'first\\nsecond, mended\\nresumed %s\\n' "$1" >"$FLEET_TASK_ID"
  fleet bd comment "$FLEET_TASK_ID" "$mark: mended" >&2
else
  printf 'first\\nsecond\\nthird\\n' >"$FLEET_TASK_ID"
fi
git add "$FLEET_TASK_ID" && git commit -qm work
fleet bd close "$FLEET_TASK_ID" --reason "wrote it" >&2
echo '{"type":"result","ok":true,"text":"all done"}'
`;

export interface Reviewed {
  readonly fleet: Fleet;
  /** In the project. */
  readonly git: (...args: string[]) => string;
}

/** Supervised; of its tasks that say nothing else a person sees the work. */
export async function reviewed(): Promise<Reviewed> {
  const fleet = await Fleet.make();
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: fleet.project, env: fleet.env, encoding: "utf8" }).trim();
  const script = join(fleet.root, "agent.sh");
  writeFileSync(script, AGENT);
  fleet.configure(
    { review: "person", isolate: "clone", land: "manual", default_coder: "writer" },
    `coders:
  writer:
    argv: [sh, ${script}]
    prompt: stdin
    resume: [sh, ${script}, "{session}"]
    events:
      - { when: { type: session }, event: session-started, fields: { session: id } }
      - { when: { type: tool }, event: tool-finished, fields: { tool: name } }
      - { when: { type: result }, event: result, fields: { ok: ok, text: text } }
`,
  );
  git("init", "-q");
  writeFileSync(join(fleet.project, "base"), "base\n");
  git("add", "-A");
  git("commit", "-qm", "first");
  await fleet.supervise();
  return { fleet, git };
}

/** The texts of `prime`: what an agent needs to know about the queue. */

const NOTE =
  "[bd prime] If this output is truncated by your host, read the full persisted hook output before continuing.\n\n";

export interface Primed {
  readonly memories: ReadonlyMap<string, string>;
  /** One line for each memory, cut short. */
  readonly brief: boolean;
}

function memoriesText({ memories, brief }: Primed): string {
  const entries = [...memories].sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return "";
  if (brief) {
    const lines = entries.map(([key, value]) => `- **${key}**: ${value.replaceAll("\n", " ").slice(0, 150)}`);
    return `\n## Memories\n${lines.join("\n")}\n`;
  }
  const texts = entries.map(([key, value]) => `### ${key}\n${value}\n`);
  const how =
    'Stored with `bd remember`. Update one with `bd remember "new" --key <key>`, search with `bd memories <word>`, delete one with `bd forget <key>`.';
  return `\n## Persistent Memories (${entries.length})\n\n${how}\n\n${texts.join("\n")}`;
}

export function memoriesOnly(primed: Primed): string {
  const text = memoriesText(primed);
  return (
    NOTE +
    (text === ""
      ? '# Beads Persistent Memories\n\nNo memories stored. Use `bd remember "insight"` to add one.\n'
      : text)
  );
}

export const brief = (primed: Primed): string =>
  `# Beads Issue Tracker Active

Work is tracked as issues: list them with \`bd ready\`, claim one with \`bd update <id> --claim\`, close it with \`bd close <id>\`.
Do not keep TODO lists in markdown files.
${memoriesText({ ...primed, brief: true })}`;

export const full = (primed: Primed): string =>
  `# Beads Workflow Context

> Run \`bd prime\` again after a compaction, a clear, or in a new session.

## Rules
- Track work as issues in \`bd\`, not in TODO lists or markdown files: issues survive your session, and others see them.
- Claim an issue before you work on it: \`bd update <id> --claim\`. Only one claim succeeds; if yours fails, take another issue.
- File an issue for work that you find along the way: \`bd create "…" --deps discovered-from:<id>\`.
- Close an issue only when it is done and verified. Inside a fleet task, the supervisor verifies your claim to be done.
- \`bd edit\` opens an editor and waits for a person; use \`bd update\` with flags.

## Commands

Finding work
- \`bd ready\` — issues with no open blockers · \`bd ready --json --limit 5\`
- \`bd list --status open\` · \`bd list --status in_progress\` · \`bd search <text>\`
- \`bd show <id>\` — an issue with its dependencies and comments
- \`bd blocked\` — issues that wait for others

Working
- \`bd update <id> --claim\` — assigns it to you and sets it in progress
- \`bd update <id> --status blocked --notes "why"\` — needs a person
- \`bd update <id> --title|--description|--notes|--design|--acceptance …\`
- \`bd comment <id> "what was found"\`
- \`bd close <id> --reason "what was done"\` · \`bd close <id1> <id2>\` · \`bd close <id> --suggest-next\`

Creating
- \`bd create "Title" -d "why and what" -t task|bug|feature|epic|chore -p 0..4\` (0 is most urgent; not "high" or "low")
- \`bd create "Part" --parent <id>\` — a child of an epic or a task
- \`bd q "Title"\` — prints only the id

Dependencies
- \`bd dep add <issue> <depends-on>\` — the first depends on the second
- \`bd dep tree <id>\` · \`bd dep remove <issue> <depends-on>\`

Memory
- \`bd remember "insight"\` — available in every later session · \`bd memories <word>\` · \`bd recall <key>\`

Every command takes \`--json\`.

## Before you say you are done
1. Run the project's checks.
2. File issues for what is left.
3. \`bd close <id> --reason "…"\` for each issue that is finished.
There is nothing to sync or push: every change is saved at once.
${memoriesText(primed)}`;

/** The envelope of SessionStart hooks (Claude Code, Gemini CLI, Codex). */
export const hookJson = (content: string): string =>
  `${JSON.stringify({ hookSpecificOutput: { hookEventName: "SessionStart", additionalContext: content } })}\n`;

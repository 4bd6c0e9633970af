/** The texts of `prime`: what an agent has to know to work with the queue. */

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
    'Kept with `bd remember`. Update one with `bd remember "new" --key <key>`, search with `bd memories <word>`, drop one with `bd forget <key>`.';
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

Work is kept as issues; see them with \`bd ready\`, take one with \`bd update <id> --claim\`, finish it with \`bd close <id>\`.
Do not keep TODO lists in markdown files.
${memoriesText({ ...primed, brief: true })}`;

export const full = (primed: Primed): string =>
  `# Beads Workflow Context

> Run \`bd prime\` again after a compaction, a clear, or in a new session.

## Rules
- Work is kept as issues in \`bd\`, not in TODO lists or markdown files: they survive your session and others see them.
- Take an issue before you work on it: \`bd update <id> --claim\`. One claim wins; if it fails, take another.
- Work that you find on the way becomes an issue: \`bd create "…" --deps discovered-from:<id>\`.
- Close an issue only when it is done and checked. In a task of a fleet the claim to be done is checked by the supervisor.
- \`bd edit\` opens an editor and waits for a person; use \`bd update\` with flags.

## Commands

Finding work
- \`bd ready\` — issues that nothing holds up · \`bd ready --json --limit 5\`
- \`bd list --status open\` · \`bd list --status in_progress\` · \`bd search <text>\`
- \`bd show <id>\` — everything about an issue, its dependencies and comments
- \`bd blocked\` — what waits for what

Working
- \`bd update <id> --claim\` — it is yours, in_progress
- \`bd update <id> --status blocked --notes "why"\` — a person has to look
- \`bd update <id> --title|--description|--notes|--design|--acceptance …\`
- \`bd comment <id> "what was found"\`
- \`bd close <id> --reason "what was done"\` · \`bd close <id1> <id2>\` · \`bd close <id> --suggest-next\`

Creating
- \`bd create "Title" -d "why and what" -t task|bug|feature|epic|chore -p 0..4\` (0 is most urgent; not "high" or "low")
- \`bd create "Part" --parent <id>\` — a child of an epic or a task
- \`bd q "Title"\` — prints only the id

Dependencies
- \`bd dep add <issue> <depends-on>\` — the first waits for the second
- \`bd dep tree <id>\` · \`bd dep remove <issue> <depends-on>\`

Memory
- \`bd remember "insight"\` — kept for every later session · \`bd memories <word>\` · \`bd recall <key>\`

Every command takes \`--json\`.

## Before you say that you are done
1. Run the checks that the project has.
2. Make issues of what is left.
3. \`bd close <id> --reason "…"\` for what is finished.
There is nothing to sync or push: every change is recorded at once.
${memoriesText(primed)}`;

/** The envelope of SessionStart hooks (Claude Code, Gemini CLI, Codex). */
export const hookJson = (content: string): string =>
  `${JSON.stringify({ hookSpecificOutput: { hookEventName: "SessionStart", additionalContext: content } })}\n`;

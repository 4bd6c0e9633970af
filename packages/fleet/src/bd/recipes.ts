/** `bd setup`: prints what to put where for each tool. Writes nothing: the files belong to a person or a project. */

export const SNIPPET = `## Issue tracking

This project keeps its work in **bd** (beads). Run \`bd prime\` for the whole workflow.

- \`bd ready\` — what can be worked on
- \`bd create "Title" -t task -p 2\` — a new issue
- \`bd update <id> --claim\` — take it
- \`bd close <id> --reason "…"\` — finish it
`;

export interface Recipe {
  readonly description: string;
  /** Relative to the project, or to the home directory for "~/…". */
  readonly files: readonly { readonly path: string; readonly text: string }[];
}

const rules = (description: string, path: string): Recipe => ({ description, files: [{ path, text: SNIPPET }] });

const CLAUDE = JSON.stringify(
  { hooks: { SessionStart: [{ matcher: "", hooks: [{ type: "command", command: "bd prime --hook-json" }] }] } },
  null,
  2,
);

export const RECIPES: Readonly<Record<string, Recipe>> = {
  aider: {
    description: "Aider config and instructions",
    files: [
      { path: ".aider.conf.yml", text: "read:\n  - .aider/BEADS.md\n" },
      { path: ".aider/BEADS.md", text: SNIPPET },
    ],
  },
  claude: {
    description: "Claude Code: a session hook",
    files: [
      { path: ".claude/settings.json", text: `${CLAUDE}\n` },
      { path: "CLAUDE.md", text: SNIPPET },
    ],
  },
  codex: rules("Codex: AGENTS.md", "AGENTS.md"),
  cody: rules("Cody rules file", ".cody/rules/beads.md"),
  copilot: rules("Copilot instructions", ".github/copilot-instructions.md"),
  cursor: rules("Cursor IDE rules file", ".cursor/rules/beads.mdc"),
  factory: rules("Factory Droid: AGENTS.md", "AGENTS.md"),
  gemini: rules("Gemini CLI: GEMINI.md", "GEMINI.md"),
  junie: rules("Junie guidelines", ".junie/guidelines.md"),
  kilocode: rules("Kilo Code rules file", ".kilocode/rules/beads.md"),
  mux: rules("Mux: AGENTS.md", "AGENTS.md"),
  opencode: rules("OpenCode: AGENTS.md", "AGENTS.md"),
  windsurf: rules("Windsurf rules file", ".windsurf/rules/beads.md"),
};

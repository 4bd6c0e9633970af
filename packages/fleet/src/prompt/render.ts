/** Fills the template in. Pure. */
import type { Issue } from "@fleet/store/issue";

export interface PromptFacts {
  readonly issue: Issue;
  readonly actor: string;
  readonly attempt: number;
  readonly cwd: string;
  readonly plan: string;
  readonly knowledge: string;
  /** The `fleet` command by absolute path, ready for a shell. */
  readonly fleet: string;
  /** How the earlier attempts ended, oldest first. */
  readonly previous: readonly {
    readonly n: number;
    readonly outcome: string;
    readonly reason: string;
    readonly advice: string;
  }[];
}

function details(issue: Issue): string {
  const part = (title: string, text: string | undefined): string =>
    text === undefined || text === "" ? "" : `\n## ${title}\n${text}\n`;
  const comments = (issue.comments ?? [])
    .map((comment) => `- ${comment.author ?? "?"}, ${comment.created_at}: ${comment.text}`)
    .join("\n");
  return [
    part("Design", issue.design),
    part("Acceptance criteria", issue.acceptance_criteria),
    part("Notes", issue.notes),
    part("Comments", comments),
  ].join("");
}

function previous(facts: PromptFacts): string {
  const last = facts.previous.at(-1);
  if (last === undefined) return "";
  const lines = facts.previous.slice(-5).map(({ n, outcome, reason }) => `- attempt ${n}: ${outcome}: ${reason}`);
  return `\n# Earlier attempts\n${lines.join("\n")}\n${last.advice === "" ? "" : `${last.advice}\n`}`;
}

/** A name that the template uses and nobody knows stays as it is, so that a typing error shows in prompt.md. */
export function renderPrompt(template: string, facts: PromptFacts): string {
  const values: Readonly<Record<string, string>> = {
    actor: facts.actor,
    attempt: String(facts.attempt),
    id: facts.issue.id,
    title: facts.issue.title,
    description: facts.issue.description ?? "(no description: the title says it all)",
    details: details(facts.issue),
    cwd: facts.cwd,
    plan: facts.plan,
    knowledge: facts.knowledge,
    fleet: facts.fleet,
    previous: previous(facts),
  };
  return template.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole);
}

/** Fills the template in. Pure. */
import { fleetRecord } from "@fleet/store/fleet-record";
import { COMMITTER } from "@fleet/store/home";
import type { Comment, Issue } from "@fleet/store/issue";
import { isOpenRemark, remarksOf } from "@fleet/store/remarks";
import { answerComment } from "@fleet/store/ops/question";

import type { Asked } from "../evidence/asked.ts";
import { historyText } from "../questions/describe.ts";
import { isName, type NAMES, PLACE } from "./names.ts";
import { reviewPart } from "./review-part.ts";

interface Cloned {
  readonly dir: string;
  readonly branch: string;
  readonly target?: string | undefined;
  readonly source: { readonly top: string };
}

export interface PromptFacts {
  readonly issue: Issue;
  readonly actor: string;
  readonly attempt: number;
  readonly cwd: string;
  /** Where `cwd` is in a clone of the task's repository. */
  readonly workspace?: Cloned;
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
  readonly asked?: Asked;
  /** The tasks on whose work its own was begun, and what became of them (engine/shell/land/needed.ts). */
  readonly needed?: readonly { readonly task: string; readonly state: "done" | "accepted" | "open" | "dropped" }[];
  /** Its work was accepted, and is not on its target. */
  readonly notLanded?: {
    readonly target: string;
    /** In conflict. */
    readonly files: readonly string[];
    /** Titles of what the target has and the work has not. */
    readonly theirs: readonly string[];
    readonly check?: { readonly command: string; readonly how: string; readonly output: string } | undefined;
  };
  /** Why the last attempt was not believed, and the end of what its failed checks printed. */
  readonly missing?: {
    readonly lines: readonly string[];
    readonly outputs: readonly { readonly command: string; readonly tail: string }[];
    readonly outside: readonly string[];
  };
}

/** For tasks whose work may have changed. */
function onto({ needed = [] }: PromptFacts): string {
  const lines = needed.flatMap(({ task, state }) => {
    switch (state) {
      case "done":
      case "accepted":
        return [];
      case "open":
        return [
          `${task}, whose work yours began with, was sent back: what you have of it may change. Build on as little of it as you can.`,
        ];
      case "dropped":
        return [`${task}, whose work yours began with, was given up: say what of it your work needs, or take it out.`];
    }
  });
  return lines.length === 0 ? "" : `\n${lines.join("\n")}\n`;
}

/** Told in the text of the task, which every template has. */
function notLanded({ notLanded: back, issue }: PromptFacts): string {
  if (back === undefined) return "";
  const { target, files, theirs, check } = back;
  const fence = "```";
  const titles = (before: string): string =>
    theirs.length === 0 ? "" : `${before}\n${theirs.map((title) => `- ${title}`).join("\n")}\n`;
  const why =
    check === undefined
      ? `Your work was accepted, and could not be brought onto \`${target}\`: both sides changed these files in the same places.
${files.map((file) => `- ${file}`).join("\n")}
${titles(`On \`${target}\` this changed them:`)}Here it was this task: ${issue.title}.`
      : `Your work was accepted, and could not be brought onto \`${target}\`: with it, \`${check.command}\` fails there (${check.how}).
${fence}
${check.output.split("\n").slice(-OUTPUT_LINES).join("\n").trimEnd()}
${fence}
${titles(`\`${target}\` got this since your work began:`)}${files.length === 0 ? "" : `Both sides changed ${files.join(", ")} in the same places.\n`}`;
  return `
# Your work has not landed yet
${why.trimEnd()}
Unless it is over already, the merge of \`${target}\` is open in your clone (\`git status\` shows it). Keep what both sides mean, see that
the whole works, \`git add\` the files and conclude the merge with \`git commit --no-edit\`. Leave no conflict marks, and don't abort
the merge: then it conflicts again.
`;
}

/** The requirements that the supervisor will check, in the words of the task. */
function proof({ asked }: PromptFacts): string {
  if (asked === undefined) return "";
  const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ");
  const expected = asked.expect.map((one) => expectation(one, code));
  const lines = [
    ...asked.checks.map(
      (check) => `- \`${check}\` must exit 0: it is run here after you have ended. Run it yourself before.`,
    ),
    ...asked.prove.map(
      (command) =>
        `- \`${command}\` failed before your work and must exit 0 after it: it is run here after you have ended.`,
    ),
    ...expected.map((one) => `- Expected: ${one}.`),
    ...(asked.allow.length === 0 ? [] : [`- You may change only ${code(asked.allow)}.`]),
    ...(asked.deny.length === 0 ? [] : [`- You may not change ${code(asked.deny)}.`]),
    ...(asked.check_paths.length === 0
      ? []
      : [`- The checks depend on ${code(asked.check_paths)}: leave it as it is.`]),
  ];
  return lines.length === 0 ? "" : `\n# What is checked\n${lines.join("\n")}\n`;
}

function expectation(one: string, code: (names: readonly string[]) => string): string {
  if (one === "commit") return "all of your work is committed";
  if (one === "answer")
    return "an answer, which is what this task is for: give it in full as the reason with which you close the task; nothing has to change";
  if (one.startsWith("answer:")) return `the answer, written into ${code([one.slice("answer:".length)])}`;
  return `something changes in ${code([one.replace(/^path:/, "")])}`;
}

/** The next attempt is told so many lines of a check's output. */
const OUTPUT_LINES = 40;

function missing(facts: PromptFacts): string {
  const { lines = [], outputs = [], outside = [] } = facts.missing ?? {};
  const fence = "```";
  return [
    lines.length === 0 ? "" : `\nWhat was missing last time:\n${lines.map((line) => `- ${line}`).join("\n")}\n`,
    ...outputs.map(
      ({ command, tail }) =>
        `\nThe end of what \`${command}\` printed:\n${fence}\n${tail.split("\n").slice(-OUTPUT_LINES).join("\n")}\n${fence}\n`,
    ),
    outside.length === 0 ? "" : `\nChanged last time, and not to be changed: ${outside.join(", ")}\n`,
  ].join("");
}

/** Questions with their answers, and how earlier attempts ended, have a part of their own: they are not shown again among the comments. */
function details({ issue, previous: earlier }: PromptFacts): string {
  const isSaid = ({ author, text }: Comment): boolean =>
    author === COMMITTER.name && earlier.some(({ reason }) => reason !== "" && text.endsWith(reason));
  const { questions = [] } = fleetRecord(issue);
  const shown = new Set(questions.map(({ id }) => id));
  const answered = new Set(
    questions.flatMap(({ answer }, at) => (answer === undefined ? [] : [answerComment(at + 1, answer.text)])),
  );
  // Remarks that the review at the top shows already.
  const open = fleetRecord(issue).rework === undefined ? [] : remarksOf(issue).filter(isOpenRemark);
  const marks = open.map(({ mark }) => mark);
  const part = (title: string, text: string | undefined): string =>
    text === undefined || text === "" ? "" : `\n## ${title}\n${text}\n`;
  const comments = (issue.comments ?? [])
    .filter(({ text }) => !marks.some((mark) => text.startsWith(`Review ${mark}:`)))
    .filter((comment) => !shown.has(String(comment.id)) && !answered.has(comment.text) && !isSaid(comment))
    .map((comment) => `- ${comment.author ?? "?"}, ${comment.created_at}: ${comment.text}`)
    .join("\n");
  return [
    part("Design", issue.design),
    part("Acceptance criteria", issue.acceptance_criteria),
    part("Notes", issue.notes),
    part("Comments", comments),
    part("Asked and answered", historyText(questions)),
  ].join("");
}

function previous(facts: PromptFacts): string {
  const last = facts.previous.at(-1);
  if (last === undefined) return "";
  const lines = facts.previous.slice(-5).map(({ n, outcome, reason }) => `- attempt ${n}: ${outcome}: ${reason}`);
  return `\n# Earlier attempts\n${lines.join("\n")}\n${last.advice === "" ? "" : `${last.advice}\n`}${missing(facts)}`;
}

/** Told in the text of the task, which every template has. */
function workspace({ workspace: cloned }: PromptFacts): string {
  if (cloned === undefined) return "";
  const { dir, branch, target, source } = cloned;
  const from = target === undefined ? "" : `, which began at its branch \`${target}\``;
  return `
# Where to write
${dir} is your own clone of ${source.top}, on the branch \`${branch}\`${from}. Work and commit there, on this branch; write
nothing into ${source.top}. What you commit and what you leave in the clone is kept.
`;
}

export function renderPrompt(template: string, facts: PromptFacts): string {
  const values: Readonly<Record<keyof typeof NAMES, string>> = {
    actor: facts.actor,
    attempt: String(facts.attempt),
    id: facts.issue.id,
    title: facts.issue.title,
    description: facts.issue.description ?? "(no description: the title says it all)",
    details: `${details(facts)}${workspace(facts)}${onto(facts)}${notLanded(facts)}`,
    cwd: facts.cwd,
    plan: facts.plan,
    knowledge: facts.knowledge,
    fleet: facts.fleet,
    previous: previous(facts),
    proof: proof(facts),
  };
  const text = template.replaceAll(PLACE, (whole, escape: string, name: string) => {
    if (escape !== "") return whole.slice(1);
    return isName(name) ? values[name] : whole;
  });
  // Whatever template a person wrote: it is what the attempt is for.
  return `${reviewPart(facts.issue, facts.fleet)}${text}`;
}

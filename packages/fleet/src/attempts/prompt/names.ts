/** The names in double braces of the prompt template: the one table, which docs/prompt.md shows. Pure. */
import { nearest } from "@fleet/kit/nearest";

export const NAMES = {
  actor: "who it is in the queue: `claude/7f3a`",
  attempt: "the number of the attempt",
  id: "the task's ID",
  title: "its title",
  description: "its description, or a sentence that there is none",
  details:
    "design, acceptance criteria, notes, comments, questions with their answers; without the parts that are empty",
  cwd: "the directory that it works in",
  plan: "the file for its plan, kept from attempt to attempt",
  knowledge: "the file for what later attempts should know, kept as well",
  fleet: "the `fleet` command to call, ready for a shell",
  previous: "how earlier attempts ended, and what follows from that; nothing in the first one",
  proof: "what is checked when it says that it is done: checks, expected results, paths; nothing where nothing is",
} as const;
type Name = keyof typeof NAMES;

export const isName = (word: string): word is Name => Object.hasOwn(NAMES, word);

/** `\\{{word}}` stands for itself. */
export const PLACE = /(\\?)\{\{(\w+)\}\}/g;

/** Errors in a person's template; an agent would read a misspelt name as it stands. */
export function templateTrouble(template: string): string | undefined {
  const wrong = [...template.matchAll(PLACE)].find(([, escape, name = ""]) => escape === "" && !isName(name));
  if (wrong === undefined) return undefined;
  const [, , name = ""] = wrong;
  const line = template.slice(0, wrong.index).split("\n").length;
  const known = Object.keys(NAMES);
  const meant = nearest(name, known);
  const help = meant === undefined ? `there are ${known.join(", ")}` : `did you mean {{${meant}}}?`;
  return `line ${line}: unknown name {{${name}}}; ${help} (as plain text: \\{{${name}}})`;
}

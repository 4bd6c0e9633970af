/** The commit that a task lands as: message, authors, bytes. Pure. */
import { oneLine } from "@fleet/kit/text";

/** Who wrote something, with the moment as git stores it: `1700000000 +0100`. */
export interface Author {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

/** What the landed commit takes from a commit of the task. */
export interface Made {
  readonly commit: string;
  /** Undefined for a root commit. */
  readonly parent: string | undefined;
  readonly author: Author;
  readonly subject: string;
  /** All of its message. */
  readonly text: string;
  /** From its Co-authored-by trailers: `Name <email>`. */
  readonly helpers: readonly string[];
}

/** The author where there is no other: a constant, so that the same work gives the same commit. */
export const FLEET = { name: "fleet", email: "fleet@localhost" } as const;

const emailOf = (person: string): string => (/<(.*)>/.exec(person)?.[1] ?? person).toLowerCase();
/** The author of uncommitted changes and of fleet's own. */
export const isFleet = (email: string): boolean => email === FLEET.email;

/** The author of most commits (on a tie, of the last one), then the others. Uncommitted changes have no author. */
export function authorsOf(made: readonly Made[], otherwise: Author): { author: Author; others: string[] } {
  const authors = made.map(({ author }) => author).filter(({ email }) => !isFleet(email));
  const counts = new Map<string, number>();
  for (const { email } of authors) counts.set(email.toLowerCase(), (counts.get(email.toLowerCase()) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  const author = authors.findLast(({ email }) => counts.get(email.toLowerCase()) === most) ?? otherwise;
  const seen = new Set([author.email.toLowerCase()]);
  const named = [
    ...authors.map(({ name, email }) => `${name} <${email}>`),
    ...made.flatMap(({ helpers }) => helpers.map(oneLine)),
  ];
  const others = named.filter((person) => {
    const isNew = !seen.has(emailOf(person));
    seen.add(emailOf(person));
    return isNew;
  });
  return { author, others };
}

export interface Worded {
  readonly task: string;
  readonly title: string;
  /** The commit that was accepted. */
  readonly head: string;
  readonly made: readonly Made[];
  readonly others: readonly string[];
}

/** The title, the subjects of its commits if there are several, and trailers for task, work and coder. */
export function messageOf({ task, title, head, made, others }: Worded): string {
  const own = made.filter(({ author }) => !isFleet(author.email));
  const steps = own.length < 2 ? [] : [own.map(({ subject }) => `* ${oneLine(subject)}`).join("\n")];
  const trailers = [...others.map((person) => `Co-authored-by: ${person}`), ...trailersOf(task, head)];
  return `${[oneLine(title), ...steps, trailers.join("\n")].join("\n\n")}\n`;
}

/** Identifies the task and the work of a commit. */
export const trailersOf = (task: string, head: string): readonly string[] => [
  `Fleet-Task: ${task}`,
  `${HEAD_TRAILER}: ${head}`,
];

/** The trailer by which a landing is found in a rewritten history. */
export const HEAD_TRAILER = "Fleet-Head";

export interface CommitText {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Author;
  /** The commit date is the work's, so that the same work gives the same commit whenever it is built. */
  readonly date: string;
  readonly message: string;
}

const written = ({ name, email }: Pick<Author, "name" | "email">, date: string): string => `${name} <${email}> ${date}`;

export const commitText = ({ tree, parents, author, date, message }: CommitText): string =>
  [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${written(author, author.date)}`,
    `committer ${written(FLEET, date)}`,
    "",
    message,
  ].join("\n");

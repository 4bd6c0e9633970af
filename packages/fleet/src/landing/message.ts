/** The commit that a task lands as: its message, its authors, and the bytes of it. Pure. */
import { oneLine } from "@fleet/kit/text";

/** Who wrote something, with the moment as git stores it: `1700000000 +0100`. */
export interface Author {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

/** A commit of the task's, as far as the one that it lands as is made of it. */
export interface Made {
  readonly commit: string;
  /** Undefined of one that began a history. */
  readonly parent: string | undefined;
  readonly author: Author;
  readonly subject: string;
  /** All of its message. */
  readonly text: string;
  /** Of its trailers Co-authored-by: `Name <email>`. */
  readonly helpers: readonly string[];
}

/** The author where there is no other. The same everywhere, so that the same work is the same commit. */
export const FLEET = { name: "fleet", email: "fleet@localhost" } as const;

const emailOf = (person: string): string => (/<(.*)>/.exec(person)?.[1] ?? person).toLowerCase();
/** Of what was left uncommitted, and of what fleet did to it. */
export const isFleet = (email: string): boolean => email === FLEET.email;

/** The author of most of it, of several the last one; and the others. Uncommitted changes have no author. */
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

/** The title, what the commits were where there are several, and who made which work of which task. */
export function messageOf({ task, title, head, made, others }: Worded): string {
  const own = made.filter(({ author }) => !isFleet(author.email));
  const steps = own.length < 2 ? [] : [own.map(({ subject }) => `* ${oneLine(subject)}`).join("\n")];
  const trailers = [...others.map((person) => `Co-authored-by: ${person}`), ...trailersOf(task, head)];
  return `${[oneLine(title), ...steps, trailers.join("\n")].join("\n\n")}\n`;
}

/** Of which task and which work a commit is. */
export const trailersOf = (task: string, head: string): readonly string[] => [
  `Fleet-Task: ${task}`,
  `${HEAD_TRAILER}: ${head}`,
];

/** By which a landing is found in a history that was rewritten. */
export const HEAD_TRAILER = "Fleet-Head";

export interface CommitText {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Author;
  /** When it was committed: of the work, so that the same work is the same commit whenever it is built. */
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

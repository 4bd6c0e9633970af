/** The person at work in a directory, as git knows them, for a command that waits for it: without what loads a library (hot.ts says why). */
import { childProcess } from "../node.ts";
import { type Environment, gitEnvironment } from "./environment.ts";
import { type Asked, keep, keptAnswer, type Person, type Places } from "./person-kept.ts";

export type { Person } from "./person-kept.ts";

/** For so long a person's name is waited for, in milliseconds. */
const PATIENCE = 5_000;

/** All settings with where each stands: only so is it known which files the answer depends on. */
const ALL = ["config", "-z", "--list", "--show-origin"];

/** `ORIGIN NUL KEY LF VALUE NUL`, again and again; a key without a value has no LF. Pure. */
export function askedOf(text: string): Asked {
  const parts = text.split("\0");
  const values = new Map<string, string>();
  const origins = new Set<string>();
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [key = "", ...lines] = (parts[at + 1] ?? "").split("\n");
    origins.add(parts[at] ?? "");
    values.set(key, lines.join("\n"));
  }
  const keys = [...values.keys()];
  return {
    person: { name: values.get("user.name"), email: values.get("user.email") },
    origins: [...origins],
    isWhole: !keys.some((key) => key.startsWith("include.") || key.startsWith("includeif.")),
  };
}

interface Keeping {
  /** In a home's directory of what may be deleted. */
  readonly file: string;
  /** Milliseconds since 1970, of the clock that files have their times from. */
  readonly now: () => number;
}

/** Nobody where git can't be asked. An answer that is kept spares the next command a git: 10 ms of CPU. */
export async function personAt(cwd: string, around: Environment, keeping?: Keeping): Promise<Person> {
  const places: Places = { cwd, env: gitEnvironment("person", around) };
  const kept = keeping === undefined ? undefined : keptAnswer(keeping.file, places, keeping.now());
  if (kept !== undefined) return kept;
  const { text, isEnded } = await new Promise<{ text: string; isEnded: boolean }>((resolve) => {
    const options = { cwd, env: { ...places.env }, timeout: PATIENCE, killSignal: "SIGKILL" } as const;
    childProcess().execFile("git", ALL, options, (error, stdout) => resolve({ text: stdout, isEnded: error === null }));
  });
  const asked = askedOf(text);
  if (keeping !== undefined && isEnded) keep(keeping.file, places, asked, keeping.now());
  return asked.person;
}

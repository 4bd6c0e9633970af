/**
 * Who acts (as beads 1.0.5): --actor, BEADS_ACTOR, BD_ACTOR, git's user.name, USER, "unknown".
 * Whose an issue is: GIT_AUTHOR_EMAIL, git's user.email, nobody.
 */
import { join } from "node:path";

import { type Person, personAt } from "@fleet/kit/git/person";

import type { Io } from "./io.ts";

type Here = Pick<Io, "cwd" | "isCwdGone" | "env">;

export interface Identity {
  readonly actor: string;
  readonly email: string | undefined;
}

/** May be deleted at any time: then git is asked again. By the clock of the files' times, whatever a command takes for now. */
const keepingIn = (home: string | undefined) =>
  home === undefined ? undefined : { file: join(home, "run", "person.json"), now: Date.now };

const NOBODY: Person = { name: undefined, email: undefined };

const firstOf = (...texts: readonly (string | undefined)[]): string | undefined =>
  texts.find((text) => text !== undefined && text.trim() !== "");

/**
 * `owner`: the email is wanted too, because an owner is written. Git is asked only for what is not known without it: no git, no
 * repository, nothing set, all of that is just nobody. `home`: one that is there, which keeps git's answer.
 */
export async function identity(io: Here, flag: string | undefined, owner: boolean, home?: string): Promise<Identity> {
  const { env } = io;
  const named = firstOf(flag, env["BEADS_ACTOR"], env["BD_ACTOR"]);
  const mailed = firstOf(env["GIT_AUTHOR_EMAIL"]);
  const isKnown = named !== undefined && !(owner && mailed === undefined);
  const at = io.isCwdGone === true ? "/" : io.cwd;
  const git = isKnown ? NOBODY : await personAt(at, env, keepingIn(home));
  return { actor: named ?? firstOf(git.name, env["USER"]) ?? "unknown", email: mailed ?? firstOf(git.email) };
}

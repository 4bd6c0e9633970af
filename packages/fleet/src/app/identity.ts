/**
 * Who acts (as beads 1.0.5): --actor, BEADS_ACTOR, BD_ACTOR, git's user.name, USER, "unknown".
 * Whose an issue is: GIT_AUTHOR_EMAIL, git's user.email, nobody.
 */
import { personSettings } from "@fleet/kit/git/person";

import type { Io } from "./io.ts";

type Here = Pick<Io, "cwd" | "isCwdGone" | "env">;

export interface Identity {
  readonly actor: string;
  readonly email: string | undefined;
}

interface GitUser {
  readonly name: string | undefined;
  readonly email: string | undefined;
}

/** One call for both; no git, no repository, nothing set: all of that is just nobody. */
async function gitUser({ cwd, isCwdGone, env }: Here): Promise<GitUser> {
  const settings = await personSettings(isCwdGone === true ? "/" : cwd, env, String.raw`^user\.(name|email)$`);
  return { name: settings.get("user.name"), email: settings.get("user.email") };
}

const NOBODY: GitUser = { name: undefined, email: undefined };

const firstOf = (...texts: readonly (string | undefined)[]): string | undefined =>
  texts.find((text) => text !== undefined && text.trim() !== "");

/** `owner`: the email is wanted too, because an owner is written. Git is asked only for what is not known without it. */
export async function identity(io: Here, flag: string | undefined, owner: boolean): Promise<Identity> {
  const { env } = io;
  const named = firstOf(flag, env["BEADS_ACTOR"], env["BD_ACTOR"]);
  const mailed = firstOf(env["GIT_AUTHOR_EMAIL"]);
  const git = named === undefined || (owner && mailed === undefined) ? await gitUser(io) : NOBODY;
  return { actor: named ?? firstOf(git.name, env["USER"]) ?? "unknown", email: mailed ?? firstOf(git.email) };
}

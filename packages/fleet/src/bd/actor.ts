/**
 * Who acts (as beads 1.0.5): --actor, BEADS_ACTOR, BD_ACTOR, git's user.name, USER, "unknown".
 * Whose an issue is: GIT_AUTHOR_EMAIL, git's user.email, nobody.
 */
import { childProcess } from "@fleet/kit/node";

import type { Io } from "../io.ts";

export interface Identity {
  readonly actor: string;
  readonly email: string | undefined;
}

interface GitUser {
  readonly name?: string;
  readonly email?: string;
}

/** One call for both; no git, no repository, nothing set: all of that is just nobody. */
async function gitUser({ cwd, isCwdGone, env }: Io): Promise<GitUser> {
  // A hook's GIT_DIR would answer for another repository than the one we are in; where git's settings are, stays.
  const kept = Object.entries(env).filter(([name]) => !name.startsWith("GIT_") || name.startsWith("GIT_CONFIG"));
  const text = await new Promise<string>((resolve) => {
    childProcess().execFile(
      "git",
      ["config", "--get-regexp", String.raw`^user\.(name|email)$`],
      { cwd: isCwdGone === true ? "/" : cwd, env: Object.fromEntries(kept) },
      (_error, stdout) => resolve(stdout),
    );
  });
  const user: { name?: string; email?: string } = {};
  for (const line of text.split("\n")) {
    const [key, ...rest] = line.split(" ");
    if (key === "user.name") user.name = rest.join(" ");
    if (key === "user.email") user.email = rest.join(" ");
  }
  return user;
}

const firstOf = (...texts: readonly (string | undefined)[]): string | undefined =>
  texts.find((text) => text !== undefined && text.trim() !== "");

/** `owner`: the email is wanted too, because an owner is written. Git is asked only for what is not known without it. */
export async function identity(io: Io, flag: string | undefined, owner: boolean): Promise<Identity> {
  const { env } = io;
  const named = firstOf(flag, env["BEADS_ACTOR"], env["BD_ACTOR"]);
  const mailed = firstOf(env["GIT_AUTHOR_EMAIL"]);
  const git = named === undefined || (owner && mailed === undefined) ? await gitUser(io) : {};
  return { actor: named ?? firstOf(git.name, env["USER"]) ?? "unknown", email: mailed ?? firstOf(git.email) };
}

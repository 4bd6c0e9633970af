/**
 * Whose a commit is, for a coder whose tools don't see the person's own git configuration (`hidesGitConfig`): a commit without an
 * identity fails. A clone has it in its own configuration; a directory of the person's is not written to.
 */
import { configVariables } from "@fleet/kit/git/config-variables";
import { personAt } from "@fleet/kit/git/person";

/**
 * As git in this directory would say it, as settings in variables: gemini (0.61.0) hands these on even where it takes all out of the
 * environment that may be a secret, by whose pattern GIT_AUTHOR_NAME is one.
 */
export async function gitIdentity(
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Record<string, string>> {
  const said = Object.entries(await personAt(cwd, env));
  const settings = said.flatMap(([what, value]: [string, string | undefined]) =>
    value === undefined ? [] : [{ key: `user.${what}`, value }],
  );
  return settings.length === 0 ? {} : configVariables(settings, env);
}

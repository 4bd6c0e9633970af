/**
 * Whose a commit is, in variables, for a coder whose tools don't see the person's own git configuration (`hidesGitConfig`): a commit
 * without an identity fails. A clone has it in its own configuration; a directory of the person's is not written to.
 */
import { personAt } from "@fleet/kit/git/person";

/** As git in this directory would say it. Variables that are set already are the person's word, and none of these. */
export async function gitIdentity(
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Record<string, string>> {
  const { name, email } = await personAt(cwd, env);
  const said = [
    ["GIT_AUTHOR_NAME", name],
    ["GIT_COMMITTER_NAME", name],
    ["GIT_AUTHOR_EMAIL", email],
    ["GIT_COMMITTER_EMAIL", email],
  ] as const;
  return Object.fromEntries(
    said.flatMap(([variable, value]) =>
      value === undefined || env[variable] !== undefined ? [] : [[variable, value]],
    ),
  );
}

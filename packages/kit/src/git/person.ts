/** Settings of a person, for a command that waits for them: without what loads a library (hot.ts says why). */
import { childProcess } from "../node.ts";
import { type Environment, gitEnvironment } from "./environment.ts";

/** For so long a person's name is waited for, in milliseconds. */
const PATIENCE = 5_000;

/** The settings of the person at work in a directory that match; none where git can't be asked: then nobody is known. */
export async function personSettings(cwd: string, env: Environment, pattern: string): Promise<Map<string, string>> {
  const text = await new Promise<string>((resolve) => {
    const options = { cwd, env: gitEnvironment("person", env), timeout: PATIENCE, killSignal: "SIGKILL" } as const;
    const args = ["config", "-z", "--get-regexp", pattern];
    childProcess().execFile("git", args, options, (_error, stdout) => resolve(stdout));
  });
  const entries = text.split("\0").filter((entry) => entry !== "");
  return new Map(
    entries.map((entry) => {
      const at = entry.indexOf("\n");
      return at < 0 ? [entry, ""] : [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}

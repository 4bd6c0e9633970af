/**
 * The environment of every git that fleet starts: none of the GIT_* variables around us (a hook's GIT_DIR once sent a
 * claim into the project's own repository), and neither the person's nor the system's configuration (global hooks,
 * signing and ignores have blocked commits).
 */
export function gitEnvironment(base: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(base)) {
    if (value !== undefined && !name.startsWith("GIT_")) env[name] = value;
  }
  return { ...env, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null", GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };
}

/**
 * As `gitEnvironment`, and of the rest only what git needs to be found and to write: simple-git 4 refuses to run with
 * EDITOR, PAGER and some others in its environment.
 */
export function bareEnvironment(base: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept = ["PATH", "HOME", "TMPDIR", "SYSTEMROOT"].flatMap((name) => {
    const value = base[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return gitEnvironment(Object.fromEntries(kept));
}

/** Who runs the commands: somebody with a git identity, and nothing of the caller's own fleet, beads, git or vitest. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Her environment, `dir` being her HOME. */
export function personIn(dir: string): Readonly<Record<string, string | undefined>> {
  const settings = "[user]\n\tname = Ann\n\temail = ann@example.org\n[init]\n\tdefaultBranch = main\n";
  writeFileSync(join(dir, ".gitconfig"), settings);
  const kept = Object.entries(process.env).filter(([name]) => !/^(FLEET_|BEADS_|BD_|GIT_|VITEST)/.test(name));
  return { ...Object.fromEntries(kept), HOME: dir, NO_COLOR: "1" };
}

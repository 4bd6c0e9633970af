/** An earlier commit of this repository, built with the modules that are installed now. */
import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const git = (...args) =>
  execFileSync("git", ["-C", root, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** The full name of a commit; undefined where the clone does not have it. */
export function commitOf(name) {
  try {
    return git("rev-parse", "--verify", "--quiet", `${name}^{commit}`).trim();
  } catch {
    return undefined;
  }
}

/** The commit before the last one that changed the program; undefined in a clone that does not go back so far. */
export function before(name = "HEAD") {
  const last = git("log", "-1", "--format=%H", name, "--", ":(glob)packages/*/src/**").trim();
  return last === "" ? undefined : commitOf(`${last}^`);
}

export const subjectOf = (commit) => git("log", "-1", "--format=%h %s", commit).trim();

/** Relative links as they are written, those that lead to packages among them: there they lead to that commit's. */
function copyLinks(from, to) {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [here, there] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyLinks(here, there);
    else if (entry.isSymbolicLink() && lstatSync(there, { throwIfNoEntry: false }) === undefined)
      symlinkSync(readlinkSync(here), there);
  }
}

/** Builds it in `dir`, and gives its command. */
export function buildAt(commit, dir) {
  mkdirSync(dir);
  const files = execFileSync("git", ["-C", root, "archive", "--format=tar", commit], { maxBuffer: 1 << 30 });
  execFileSync("tar", ["-x", "-C", dir], { input: files });
  symlinkSync(join(root, "node_modules"), join(dir, "node_modules"));
  // A package may have needed then what another one needs now.
  const modules = readdirSync(join(root, "packages")).map((name) => join(root, "packages", name, "node_modules"));
  for (const name of readdirSync(join(dir, "packages")))
    for (const from of modules.filter((one) => existsSync(one)))
      copyLinks(from, join(dir, "packages", name, "node_modules"));
  execFileSync(process.execPath, [join(dir, "scripts", "build.mjs"), "--quiet"], { cwd: dir, stdio: "inherit" });
  return join(dir, "packages", "fleet", "dist", "fleet.js");
}

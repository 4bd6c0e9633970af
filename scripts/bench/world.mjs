/** What every part of the bench starts from: homes in a scratch directory, and command lines on them. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { seed } from "./seed.mjs";

/** BENCH_FLEET: another build to be measured. */
const fleetJs =
  process.env["BENCH_FLEET"] ?? fileURLToPath(new URL("../../packages/fleet/dist/fleet.js", import.meta.url));
export const scratch = mkdtempSync(join(tmpdir(), "fleet-bench-"));
export const cleanUp = () => rmSync(scratch, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });

/** Without NODE_*: NODE_EXTRA_CA_CERTS alone makes each start of Node 20 take 59 ms for 24, and every ratio look better. */
export const cleanEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(GIT_|FLEET_|BEADS_|BD_|NODE_)/.test(name)),
);
export const envOf = (home, more = {}) => ({
  ...cleanEnv,
  FLEET_HOME: home,
  BEADS_ACTOR: "bench",
  GIT_AUTHOR_EMAIL: "bench@example.com",
  ...more,
});

/** A command line, for measure.mjs. */
export const fleet = (home, ...args) => ({
  file: process.execPath,
  args: [fleetJs, ...args],
  cwd: scratch,
  env: envOf(home),
});
export const bd = (home, ...args) => fleet(home, "bd", ...args);
export const bare = () => ({ file: process.execPath, args: ["-e", "0"], cwd: scratch, env: cleanEnv });

/** Runs it and gives its standard output. */
export const said = ({ file, args, cwd, env }) =>
  execFileSync(file, args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], maxBuffer: 2 ** 28 });

/** A home with so many issues, its cache current. `ready`: the ids that may be claimed. */
export function home(name, count, live, options) {
  const dir = join(scratch, name);
  said(fleet(dir, "init", "--prefix", "bench"));
  const ready = count > 0 ? seed(dir, count, live, options) : [];
  said(bd(dir, "ready", "--json"));
  return { dir, ready };
}

/** Eight loops of whole processes empty a queue; with real bd and br beside them where they are on PATH. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { print, times, title } from "./report.mjs";
import { bd, cleanEnv, envOf, home, scratch } from "./world.mjs";

const LOOPS = 8;
const TASKS = 200;

async function answer({ file, args, env }) {
  return await new Promise((resolve, reject) => {
    const child = spawn(file, args, { env, cwd: scratch, stdio: ["ignore", "pipe", "pipe"] });
    let [out, err] = ["", ""];
    child.stdout.on("data", (chunk) => (out += chunk));
    child.stderr.on("data", (chunk) => (err += chunk));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, err }));
  });
}

/** How often a loop runs again after an error, which only other trackers' may have. */
async function emptied(command, mayFail) {
  const started = performance.now();
  const seen = new Set();
  let errors = 0;
  const loop = async (n) => {
    for (let claimed = 0; ;) {
      const { code, out, err } = await answer(command(n));
      if (code !== 0) {
        if (!mayFail) throw new Error(`a claim failed with ${code}: ${err}${out}`);
        errors++;
        continue;
      }
      const [issue] = JSON.parse(out || "[]");
      if (issue === undefined) return claimed;
      if (seen.has(issue.id)) throw new Error(`${issue.id} was claimed twice`);
      seen.add(issue.id);
      claimed++;
    }
  };
  const counts = await Promise.all(Array.from({ length: LOOPS }, (_, n) => loop(n)));
  if (seen.size !== TASKS) throw new Error(`${seen.size} claims of ${TASKS} tasks`);
  return { perSecond: seen.size / ((performance.now() - started) / 1000), counts, errors };
}

const told = (name, { perSecond, counts, errors }) =>
  `${name}: ${perSecond.toFixed(1)} claims/s; by loop ${counts.join(" ")} ` +
  `(the least has ${((Math.min(...counts) * LOOPS * 100) / TASKS).toFixed(0)} % of its share), ${errors} errors.`;

export async function claims() {
  title(
    `Contention: ${LOOPS} loops of \`ready --claim\` empty a queue of ${TASKS} (no double claim, no error, each half its share)`,
  );
  const { dir } = home("claims", TASKS, TASKS, { edges: false });
  const worker = (n) => ({ ...bd(dir, "ready", "--claim", "--json"), env: envOf(dir, { BEADS_ACTOR: `w${n}` }) });
  const ours = await emptied(worker, false);
  print(`- ${told("fleet bd", ours)}`);
  for (const name of ["bd", "br"]) {
    if (spawnSync(name, ["version"], { env: cleanEnv }).status !== 0) {
      print(`- ${name}: not on PATH, left out. (Real bd 1.0.5 on a machine of two cores: 5.2 claims/s.)`);
      continue;
    }
    const place = join(scratch, name);
    mkdirSync(place);
    const run = (file, ...args) => execFileSync(file, args, { cwd: place, env: cleanEnv, stdio: "ignore" });
    run("git", "init", "-q");
    run(name, "init", "--prefix", "b");
    for (let i = 0; i < TASKS; i++) run(name, "create", `Task ${i}`);
    const env = { ...cleanEnv, BEADS_DIR: join(place, ".beads") };
    const command = (n) => ({
      file: name,
      args: ["ready", "--claim", "--json"],
      env: { ...env, BEADS_ACTOR: `w${n}` },
    });
    const theirs = await emptied(command, true);
    print(`- ${told(name, theirs)} fleet: ${times(ours.perSecond, theirs.perSecond)}.`);
  }
}

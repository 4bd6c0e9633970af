/**
 * Times whole processes side by side: one run of each in turn, so that a noisy moment hits all of them alike, and of each
 * the least, because what else the machine does only ever adds.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const least = (numbers) => Math.min(...numbers);
const TELL = fileURLToPath(new URL("tell-memory.cjs", import.meta.url));

/** `status`: the exit status that is right. */
function once(name, { file, args, cwd, env, status = 0 }, stdio) {
  const start = performance.now();
  const done = spawnSync(file, args, { cwd, env, stdio, maxBuffer: 2 ** 28 });
  const millis = performance.now() - start;
  if (done.status !== status)
    throw new Error(`${name}: ${file} ${args.join(" ")} → ${done.status ?? done.signal}: ${done.stderr.toString()}`);
  return { millis, done };
}

/** Rounds before the first that counts: caches fill, and what V8 compiled is kept (start.ts). */
const WARM = 8;

/** `candidates`: name → (run number) → {file, args, cwd, env}. Returns name → milliseconds. */
export function sideBySide(candidates, runs) {
  const times = new Map(Object.keys(candidates).map((name) => [name, []]));
  for (let run = 0; run < WARM + runs; run++)
    for (const [name, make] of Object.entries(candidates)) {
      const { millis } = once(name, make(run), ["ignore", "ignore", "pipe"]);
      if (run >= WARM) times.get(name).push(millis);
    }
  return new Map([...times].map(([name, list]) => [name, least(list)]));
}

/** Milliseconds of CPU, user's and system's, that this process's children have had which it has waited for. */
function cpuOfChildren() {
  // The fields behind the name, which may hold anything: utime is the 12th of them, cutime and cstime follow; 100 a second.
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[13]) + Number(fields[14])) * 10;
}

/** As `sideBySide`, the CPU of each: the mean, because the system counts it in ticks. Undefined where there is no /proc. */
export function cpuSideBySide(candidates, runs) {
  if (!existsSync("/proc/self/stat")) return undefined;
  const sums = new Map(Object.keys(candidates).map((name) => [name, 0]));
  for (let run = 0; run < WARM + runs; run++)
    for (const [name, make] of Object.entries(candidates)) {
      const before = cpuOfChildren();
      once(name, make(run), ["ignore", "ignore", "pipe"]);
      if (run >= WARM) sums.set(name, sums.get(name) + cpuOfChildren() - before);
    }
  return new Map([...sums].map(([name, sum]) => [name, sum / runs]));
}

/** The most memory that a node process had, in MiB, as it says itself at its end. */
export function peakMemory(name, command, runs = 3) {
  const peaks = Array.from({ length: runs }, () => {
    const env = { ...command.env, NODE_OPTIONS: `--require=${TELL}` };
    const { done } = once(name, { ...command, env }, ["ignore", "ignore", "pipe", "pipe"]);
    return Number(done.output[3].toString()) / 1024;
  });
  return least(peaks);
}

/** Times whole processes side by side: one run of each in turn, so that a noisy moment hits all of them alike. */
import { spawnSync } from "node:child_process";

export const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** `candidates`: name → (run number) → {file, args, cwd, env}. Returns name → median milliseconds. */
export function sideBySide(candidates, runs) {
  const times = new Map(Object.keys(candidates).map((name) => [name, []]));
  for (let run = -1; run < runs; run++) {
    for (const [name, make] of Object.entries(candidates)) {
      const { file, args, cwd, env } = make(run + 1);
      const start = process.hrtime.bigint();
      const done = spawnSync(file, args, { cwd, env, stdio: ["ignore", "ignore", "pipe"] });
      const millis = Number(process.hrtime.bigint() - start) / 1e6;
      if (done.status !== 0) throw new Error(`${name}: ${file} ${args.join(" ")} → ${done.status}: ${done.stderr}`);
      // The first round only warms caches.
      if (run >= 0) times.get(name).push(millis);
    }
  }
  return new Map([...times].map(([name, list]) => [name, median(list)]));
}

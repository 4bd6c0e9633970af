/**
 * One lander of the chaos run: lands each task that it is told, as `fleet land` does. With a point it kills itself when it reaches
 * that. Bundled, and run by plain node: `worker POINT ID...`; it prints what became of each.
 */
import { openFleet } from "../../../src/app/open.ts";
import { land } from "../../../src/app/operations/land.ts";

const [point = "", ...ids] = process.argv.slice(2);

const at = (reached: string): void => {
  if (reached === point) process.kill(process.pid, "SIGKILL");
};

const fleet = openFleet({ cwd: process.cwd(), isCwdGone: false, env: process.env, now: Date.now });
for (const id of ids)
  try {
    const { was_there } = await land(fleet, id, { at });
    process.stdout.write(`${id}: ${was_there ? "was there" : "landed"}\n`);
  } catch (error) {
    process.stdout.write(`${id}: ${error instanceof Error ? error.message : String(error)}\n`);
  }

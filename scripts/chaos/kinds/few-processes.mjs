/** Somebody forks until nobody of this user can any more (`ulimit -u`), again and again. */
import { spawn, spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

import { FLEET } from "../lab.mjs";
import { limitedUser } from "../ways.mjs";

/** Of threads: a Node has a dozen, and several run at once. */
const MOST = 220;

const hasRoom = () => spawnSync("true").error === undefined;

export const fewProcesses = {
  name: "few-processes",
  isHonest: true,
  // A Node of which some threads are refused hangs for ever (Node 20 to 24): no child may wait for `fleet`.
  children: ["writes", "has-a-tool"],
  inside: () => limitedUser(MOST, FLEET),
  every: 800,
  // Whose it was before can't be read by this user.
  prepare: ({ env, work }) => void (env.HOME = work),
  async strike({ lab, draw, count }) {
    const forks = `n=0; while [ $n -lt ${MOST} ]; do sleep ${lab.long} & n=$((n + 1)); done; wait`;
    const storm = spawn("sh", ["-c", forks], { detached: true, stdio: "ignore" });
    storm.once("error", () => undefined);
    for (let looks = 0; looks < 60 && hasRoom(); looks++) await sleep(50);
    count(hasRoom() ? "forks" : "fork storm");
    await sleep(300 + 1_500 * draw());
    try {
      process.kill(-(storm.pid ?? NaN), "SIGKILL");
    } catch {
      // It could not be made, or its shell ended at the first refusal with all of it.
    }
  },
};

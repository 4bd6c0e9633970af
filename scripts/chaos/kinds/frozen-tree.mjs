/** All that runs, or the supervisor or the attempts alone, is stopped for a while (SIGSTOP, as docker pause does it). */
import { setTimeout as sleep } from "node:timers/promises";

import { anywhere } from "../ways.mjs";

const WHOM = {
  all: () => true,
  "the supervisor": ({ is }) => is === "supervisor",
  attempts: ({ is }) => is !== "supervisor",
};

function send(signal, pids) {
  for (const pid of pids)
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended.
    }
}

export const frozenTree = {
  name: "frozen-tree",
  inside: anywhere,
  isHonest: true,
  every: 400,
  // So short that a child which is charged for the time away is over it.
  settings: ["task_timeout: 15s"],
  async strike({ lab, draw, pick, count, thaws }) {
    const name = pick(Object.keys(WHOM));
    // What was forked before its parent was stopped is found by the next look.
    for (let look = 0; look < 3; look++) {
      const pids = lab
        .processes()
        .filter(WHOM[name])
        .map(({ pid }) => pid);
      thaws.push(...pids);
      send("SIGSTOP", pids);
    }
    count(`${name} frozen`);
    await sleep(1_000 + 3_000 * draw());
    send("SIGCONT", thaws.splice(0));
  },
  relieve: ({ thaws }) => send("SIGCONT", thaws),
};

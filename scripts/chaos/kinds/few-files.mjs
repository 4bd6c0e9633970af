/** The supervisor may open hardly a file more than it has open (`ulimit -n`), again and again. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { anywhere, prlimit } from "../ways.mjs";

const ENOUGH = 1_024;

/** The soft limit: a process may raise its own again, up to the hard one. */
const limit = (pid, files) => spawnSync("prlimit", [`--pid=${pid}`, `--nofile=${files}:`], { stdio: "ignore" });

export const fewFiles = {
  name: "few-files",
  inside: () => (prlimit() === undefined ? anywhere() : { why: prlimit() }),
  isHonest: true,
  every: 500,
  async strike({ lab, draw, count }) {
    const pid = lab.supervisor();
    limit(pid, readdirSync(`/proc/${pid}/fd`).length + Math.floor(20 * draw()));
    count("few files");
    await sleep(200 + 1_300 * draw());
    limit(pid, ENOUGH);
  },
  relieve: ({ lab }) => limit(lab.supervisor(), ENOUGH),
};

/** The supervisor and what it runs are in a container that ends, with all that is in it; outside, commands are refused. */
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

import { until } from "../lab.mjs";
import { container } from "../ways.mjs";

const REFUSED = [["run", "start"], ["run", "stop"], ["run", "restart"], ["kill"], ["retry"]];

/** A new one, which takes the last one for gone. */
async function open(world) {
  const { lab } = world;
  const { before } = container();
  const script = `"$0" "$@" run start --force && sleep ${lab.long}`;
  const [file, ...args] = [...before, "sh", "-c", script, lab.node, lab.program];
  const it = spawn(file, args, { cwd: lab.work, env: lab.env, stdio: "ignore", detached: true });
  world.container = { it, ended: new Promise((resolve) => it.once("exit", resolve)) };
  await until("a supervisor elsewhere", async () => {
    await lab.fleet("run", "status");
    return lab.refusal.startsWith("elsewhere") || it.exitCode !== null;
  });
}

async function close({ container: { it, ended } }) {
  it.kill("SIGKILL");
  await ended;
}

export const secondNamespace = {
  name: "second-namespace",
  inside: () => (container().before === undefined ? container() : { before: [] }),
  isHonest: true,
  every: 300,
  start: open,
  async strike(world) {
    const { lab, draw, pick, count, broken, ids } = world;
    const words = pick(REFUSED);
    const whom = words.length === 1 ? [pick(ids())] : [];
    // A task that does not run may be killed or retried from anywhere.
    const isRefused = (await lab.fleet(...words, ...whom)) === undefined;
    count(`${words.join(" ")} ${isRefused ? "refused" : "answered"}`);
    if (!isRefused && whom.length === 0) broken.push(`fleet ${words.join(" ")} was not refused`);
    await sleep(1_500 * draw());
    if (draw() > 0.4) return;
    await close(world);
    count("container ended");
    await open(world);
  },
  relieve: close,
  restart: async ({ lab }) => await lab.surely("run", "start", "--force"),
};

/**
 * One lander of the chaos run: lands what it is told, in turns, until all of it is on the target. With a point it kills itself when
 * it reaches that for the given time. Bundled, and run by plain node.
 */
import { readFileSync } from "node:fs";

import { branchMover } from "../../../src/landing/branch-mover.ts";
import { land, type Lander, type Landing } from "../../../src/landing/land.ts";

const [file = "", point = "", times = "1"] = process.argv.slice(2);

interface Told {
  readonly lander: Pick<Lander, "home" | "env" | "mark">;
  readonly landings: readonly Landing[];
}

const { lander, landings }: Told = JSON.parse(readFileSync(file, "utf8"));
let left = Number(times);

const at = (reached: string): void => {
  if (reached === point && --left === 0) process.kill(process.pid, "SIGKILL");
};

const open: Landing[] = [];
for (const landing of landings) {
  const end = await land({ ...lander, now: Date.now, mover: branchMover, at }, landing);
  if (end.kind !== "landed") {
    open.push(landing);
    process.stdout.write(`${landing.task}: ${JSON.stringify(end)}\n`);
  }
}
process.exitCode = open.length === 0 ? 0 : 3;

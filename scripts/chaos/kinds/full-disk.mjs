/** The disk of the home fills up, again and again. */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { ownMounts } from "../ways.mjs";

const fileIn = ({ home }) => join(home, "filler");
const dd = (...words) => spawnSync("dd", ["if=/dev/zero", ...words], { stdio: "ignore" });

/** To the last byte: first by blocks, then what a block does not fit into. */
function fill(lab) {
  dd(`of=${fileIn(lab)}`, "bs=64k");
  dd(`of=${fileIn(lab)}`, "bs=1", "conv=notrunc", "oflag=append");
}

export const fullDisk = {
  name: "full-disk",
  inside: ownMounts,
  isHonest: true,
  every: 700,
  prepare({ home }) {
    mkdirSync(home);
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=32m,mode=700", "tmpfs", home], { encoding: "utf8" });
    if (mounted.status !== 0) throw new Error(mounted.stderr);
  },
  async strike({ lab, draw, count }) {
    fill(lab);
    count("disk filled");
    await sleep(200 + 1_800 * draw());
    rmSync(fileIn(lab));
  },
  relieve: ({ lab }) => rmSync(fileIn(lab), { force: true }),
  leave: ({ home }) => spawnSync("umount", ["-l", home]),
};

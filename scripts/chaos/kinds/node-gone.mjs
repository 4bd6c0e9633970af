/** The Node that the supervisor runs on is moved away (nvm uninstall, brew upgrade); another is on PATH, or none. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { anywhere } from "../ways.mjs";

const isNode = (name) => /^node(js)?$/.test(name);

/** What is on PATH but Node, each name once. */
function toolsIn(dir, path) {
  mkdirSync(dir);
  const seen = new Set();
  for (const place of path.split(delimiter).filter((one) => existsSync(one)))
    for (const name of readdirSync(place)) {
      if (isNode(name) || seen.has(name)) continue;
      seen.add(name);
      symlinkSync(join(place, name), join(dir, name));
    }
}

const places = ({ root }) => ({ own: join(root, "node"), away: join(root, "away"), other: join(root, "other") });

function back(lab) {
  const { own, away } = places(lab);
  if (existsSync(away)) renameSync(away, own);
  lab.node = join(own, "node");
}

export const nodeGone = {
  name: "node-gone",
  inside: anywhere,
  isHonest: true,
  every: 700,
  prepare(lab) {
    const { own, other } = places(lab);
    for (const dir of [own, other]) mkdirSync(dir);
    copyFileSync(process.execPath, join(own, "node"));
    toolsIn(join(lab.root, "tools"), lab.env.PATH);
    lab.env.PATH = [other, join(lab.root, "tools")].join(delimiter);
    lab.node = join(own, "node");
  },
  async strike({ lab, draw, count, hits }) {
    const { own, away, other } = places(lab);
    const hasOther = draw() < 0.5;
    if (hasOther) symlinkSync(process.execPath, join(other, "node"));
    renameSync(own, away);
    lab.node = process.execPath;
    count(`node gone, ${hasOther ? "another" : "none"} on PATH`);
    await sleep(800 + 1_500 * draw());
    if (!hasOther) hits.push("held back");
    back(lab);
    rmSync(join(other, "node"), { force: true });
  },
  relieve: ({ lab }) => back(lab),
  verify: ({ lab, hits }) =>
    hits.length === 0 || /"event":"hold".* is gone/.test(readFileSync(join(lab.home, "run", "supervisor.log"), "utf8"))
      ? []
      : ["it was not said that node is gone"],
};

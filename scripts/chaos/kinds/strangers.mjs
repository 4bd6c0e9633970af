/** Strangers' signals: what agents and scripts do to end a server of their own. In a container, where they find only ours. */
import { spawnSync } from "node:child_process";

import { starter, user } from "../people.mjs";
import { reapedContainer } from "../ways.mjs";

const PKILLS = [
  ["-f", "fleet"],
  ["-9", "-f", "fleet"],
  ["node"],
  ["sleep"],
  ["-f", "home"],
  ["-HUP", "-f", "fleet supervisor"],
  ["-INT", "-f", "fleet supervisor"],
  ["-QUIT", "-f", "fleet supervisor"],
];

export const strangers = {
  name: "strangers",
  inside: () => (spawnSync("pkill", ["--version"]).error === undefined ? reapedContainer() : { why: "no pkill here" }),
  isHonest: true,
  every: 1_200,
  people: [starter, user],
  // Nothing of ours may be found by what they look for.
  prepare: () => void (process.title = "chaos"),
  strike({ pick, count }) {
    const words = pick(PKILLS);
    spawnSync("pkill", words);
    count(`pkill ${words.join(" ")}`);
  },
};

/** Everything is killed or stopped at random: agents, their tools, wrappers, the supervisor, git, `fleet bd`. */
import { starter, user } from "../people.mjs";
import { anywhere } from "../ways.mjs";

const WEIGHTS = { agent: 30, tool: 12, wrapper: 16, supervisor: 10, git: 14, bd: 18 };
/** A git lives for milliseconds: it is waited for a moment. */
const LOOKS = { git: 12, bd: 4 };

function blow({ lab, draw, pick, count, thaws }) {
  let left = draw() * Object.values(WEIGHTS).reduce((a, b) => a + b);
  const wanted = Object.keys(WEIGHTS).find((kind) => (left -= WEIGHTS[kind]) < 0);
  let victims = [];
  for (let looks = LOOKS[wanted] ?? 1; looks > 0 && victims.length === 0; looks--)
    victims = lab.processes().filter(({ is }) => is === wanted);
  if (victims.length === 0) return;
  const { pid } = pick(victims);
  try {
    if (draw() < 0.12) {
      process.kill(pid, "SIGSTOP");
      thaws.push({ pid, at: performance.now() + draw() * 3_000 });
      count(`${wanted} stopped`);
    } else {
      process.kill(pid, "SIGKILL");
      count(`${wanted} killed`);
    }
  } catch {
    // It was gone before the blow.
  }
}

function thaw({ thaws }, now = performance.now()) {
  for (const one of thaws.splice(0)) {
    if (one.at > now) thaws.push(one);
    else
      try {
        process.kill(one.pid, "SIGCONT");
      } catch {
        // Killed meanwhile.
      }
  }
}

export const kills = {
  name: "kills",
  inside: anywhere,
  every: 150,
  people: [starter, user],
  strike: (world) => {
    blow(world);
    thaw(world);
  },
  relieve: (world) => thaw(world, Infinity),
};

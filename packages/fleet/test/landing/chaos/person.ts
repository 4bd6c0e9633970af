/** A person who works in the repository meanwhile: commits, switches, rebases, looks, and pushes from another clone. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { type Field, put } from "./field.ts";

/** Milliseconds. */
const PAUSE = 500;

export const count = (counts: Record<string, number>, name: string): void => {
  counts[name] = (counts[name] ?? 0) + 1;
};

/** What they do next, by chance; the answer says what became of it. */
async function next(field: Field, n: number, chance: () => number): Promise<string> {
  const { repo, other, options } = field;
  const what = chance();
  const name = `of-person-${n}`;
  if (options.way === "push" && what < 0.6) {
    await field.tries(other, "fetch", "-q", "origin");
    await field.tries(other, "reset", "-q", "--hard", "origin/main");
    put(join(other, name), name);
    const isMade = (await field.tries(other, "add", name)) && (await field.tries(other, "commit", "-qm", name));
    return isMade && (await field.tries(other, "push", "-q", "origin", "HEAD:main")) ? "push" : "push refused";
  }
  if (what < 0.5) {
    put(join(repo, name), name);
    const isIn = (await field.tries(repo, "add", name)) && (await field.tries(repo, "commit", "-qm", name, "--", name));
    return isIn ? "commit" : "commit refused";
  }
  if (what < 0.75 && options.way === "checkout") {
    const isSwitched = await field.tries(repo, "switch", "-q", "-C", "side");
    await sleep(chance() * 150);
    return isSwitched && (await backTo(field, "main")) ? "switch" : "switch refused";
  }
  if (what < 0.85 && options.way === "elsewhere") {
    // In another clone, because what is not committed here would be put aside for a moment.
    const isDone = await field.tries(other, "pull", "-q", "--rebase", repo, "main");
    return isDone ? "rebase" : "rebase refused";
  }
  await field.tries(repo, "status", "--short");
  return "status";
}

/** Until told to stop. */
export async function person(
  field: Field,
  chance: () => number,
  isOver: () => boolean,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let n = 0; !isOver(); n++) {
    // Whoever commits faster than a landing is built and checked keeps it from ever being the next.
    await sleep(PAUSE + chance() * 3 * PAUSE);
    if (!isOver()) count(counts, await next(field, n, chance));
  }
  return counts;
}

/** A switch that meets a locked index is tried again, as a person does. */
async function backTo(field: Field, branch: string): Promise<boolean> {
  for (let tried = 0; tried < 50; tried++) {
    if (await field.tries(field.repo, "switch", "-q", branch)) return true;
    await sleep(60);
  }
  return false;
}

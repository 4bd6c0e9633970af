/** What must be true of a home after a chaos run, read from git, the attempts' records and what the children wrote. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const lines = (path) => (existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : []);
const numbers = (dir) =>
  existsSync(dir)
    ? readdirSync(dir)
        .filter((name) => /^\d+$/.test(name))
        .map(Number)
    : [];

/** The commits of the home, oldest first: what happened to which task, for which attempt. */
export function history(home, env) {
  const trailer = (key) => `%(trailers:key=${key},valueonly,separator=%x2C)`;
  const format = ["Fleet-Event", "Fleet-Task", "Fleet-Attempt", "Fleet-Outcome"].map(trailer).join("%x09");
  return execFileSync("git", ["-C", home, "log", "--reverse", `--format=${format}`, "main"], { env, encoding: "utf8" })
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const [event, task, attempt = "", outcome] = line.split("\t");
      return { event, task, uuid: attempt.split(" ")[1] ?? "", outcome };
    });
}

/** Broken promises in words; none when all is well. `issues`: the tasks of the run as `bd list --json` gives them. */
export function verify({ home, work, issues, env, names }) {
  const broken = [];
  const perTask = Map.groupBy?.(history(home, env), ({ task }) => task) ?? grouped(history(home, env));
  for (const issue of issues) {
    const say = (what) => broken.push(`${issue.id} (${issue.title}): ${what}`);
    const record = issue.metadata?.fleet ?? {};
    if (issue.status !== "closed" && issue.status !== "blocked") say(`ended as ${issue.status}`);
    if (record.attempt !== undefined) say(`still held by ${record.attempt.uuid}`);
    const events = perTask.get(issue.id) ?? [];
    for (const ends of finals(events)) if (ends !== 1) say(`${ends} final settlements instead of one`);
    const claims = events.filter(({ event }) => event === "claim").map(({ uuid }) => uuid);
    const settled = events.filter(({ outcome }) => outcome !== undefined && outcome !== "").map(({ uuid }) => uuid);
    if (claims.join() !== settled.join()) say(`claims and settlements do not alternate: ${claims} / ${settled}`);
    const retried = events.findLastIndex(({ event }) => event === "retry");
    const before = events.slice(0, retried + 1).filter(({ event }) => event === "claim").length;
    tries(say, home, issue.id, record, claims, before);
    effects(say, join(work, `${names.get(issue.id) ?? issue.title}.effects`), claims, issue, settled.at(-1));
  }
  for (const line of lines(join(work, "overlaps"))) broken.push(`two living attempts of one task: ${line}`);
  try {
    const said = execFileSync("git", ["-C", home, "fsck", "--strict", "--full", "--no-dangling", "--no-progress"], {
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    if (said.trim() !== "") broken.push(`git fsck: ${said.trim()}`);
  } catch (error) {
    broken.push(`git fsck: ${String(error.stderr || error.message).trim()}`);
  }
  for (const lock of readdirSync(join(home, ".git", "refs", "heads")).filter((name) => name.endsWith(".lock")))
    broken.push(`left over: refs/heads/${lock}`);
  return broken;
}

/** The verdicts of a task's attempts, in order; undefined for one that has none. */
function verdictsOf(home, id) {
  const dir = join(home, "tasks", id, "attempts");
  return numbers(dir)
    .sort((a, b) => a - b)
    .map((n) => {
      const path = join(dir, String(n), "outcome.json");
      return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
    });
}

/** How they ended. */
export const outcomesOf = (home, id) => verdictsOf(home, id).map((verdict) => verdict?.kind);

/** How often a task was settled for good: in all, and from each time on that a person gave a settled one back to the queue. */
function finals(events) {
  const counts = [0];
  for (const { event, outcome } of events) {
    if (event === "retry" && counts.at(-1) > 0) counts.push(0);
    if (outcome !== undefined && outcome !== "" && event !== "release") counts[counts.length - 1]++;
  }
  return counts;
}

/** What counted is what the attempts' own verdicts say; `before`: how many attempts there were when a person last asked for a retry. */
function tries(say, home, id, record, claims, before) {
  const verdicts = verdictsOf(home, id);
  if (verdicts.includes(undefined)) say("an attempt without a verdict");
  const counted = verdicts.slice(before).filter((verdict) => verdict?.counts).length;
  if (counted !== (record.tries ?? 0))
    say(`${record.tries ?? 0} tries are counted, its attempts' verdicts say ${counted}`);
  if (verdicts.length !== claims.length) say(`${claims.length} claims and ${verdicts.length} attempts`);
}

/** Each attempt began once, none came back after another, none worked that was never claimed, and done means done. */
function effects(say, path, claims, issue, last) {
  const done = lines(path).map((line) => line.split(" "));
  const begun = done.filter(([what]) => what === "begin").map(([, uuid]) => uuid);
  if (new Set(begun).size !== begun.length) say("an attempt was started twice");
  const order = done.map(([, uuid]) => uuid).filter((uuid, i, all) => uuid !== all[i - 1]);
  if (new Set(order).size !== order.length) say(`attempts worked in turns: ${order.join(" ")}`);
  for (const uuid of begun) if (!claims.includes(uuid)) say(`${uuid} worked without a claim`);
  if (order.join() !== claims.filter((uuid) => order.includes(uuid)).join())
    say(`worked in another order than claimed`);
  if (issue.status === "closed" && !done.some(([what, uuid]) => what === "done" && uuid === last))
    say("closed, and the attempt that closed it had not done its work");
}

function grouped(events) {
  const map = new Map();
  for (const event of events) map.set(event.task, [...(map.get(event.task) ?? []), event]);
  return map;
}

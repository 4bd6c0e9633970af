/** One kind of chaos in one home, then calm; gives what was broken. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { child } from "./children.mjs";
import { drawing, isFinal, openLab, readOr } from "./lab.mjs";
import { history, outcomesOf, verify } from "./verify.mjs";

const CALM_MS = 180_000;
/** Eight projects, so that some share a directory and some do not. */
const PROJECTS = 8;

const settings = (children, more = []) => [
  "default_coder: shell",
  `max_concurrent: ${children}`,
  "poll_interval: 100ms",
  "max_attempts: 5",
  "retry_backoff: 300ms",
  "retry_backoff_max: 1s",
  "kill_grace: 500ms",
  "shutdown_grace: 1s",
  ...(more.length > 0 ? more : [`task_timeout: ${children > 24 ? 25 : 12}s`]),
  "",
];

/** Which kinds of children a kind of chaos has. */
const mayBe =
  ({ isHonest, children }) =>
  (one) =>
    (one.isHonest || !isHonest) && (children?.includes(one.name) ?? true);

const tally = (all) =>
  Object.entries(all.reduce((sums, one) => ({ ...sums, [one]: (sums[one] ?? 0) + 1 }), {}))
    .map(([one, n]) => `${n} ${one}`)
    .join(", ");

/** Nothing of what happened was its own fault; what a person killed waits, as it should. */
const blamed = (home, issues) =>
  issues
    .filter(({ status, metadata }) => status !== "closed" || (metadata?.fleet?.tries ?? 0) > 0)
    .filter(({ id, status }) => status !== "blocked" || outcomesOf(home, id).at(-1) !== "killed")
    .map(({ id, title, status, metadata }) => `${id} (${title}): ${status} after ${metadata?.fleet?.tries ?? 0} tries`);

export async function run(kind, { seconds, children, seed, keep, every = kind.every }) {
  const lab = openLab("chaos", { FLEET_TUNING: JSON.stringify({ finishGrace: 1_000, launchGrace: 5_000 }) });
  const { root, home, work, long } = lab;
  const draw = drawing(seed);
  const over = new AbortController();
  const blows = [];
  const names = new Map();
  let made = 0;
  const world = {
    lab,
    draw,
    over: over.signal,
    pick: (all) => all[Math.floor(draw() * all.length)],
    count: (what) => blows.push(what),
    ids: () => [...names.keys()],
    most: children * (2 + seconds / 20),
    /** What a kind keeps between its blows. */
    thaws: [],
    hits: [],
    broken: [],
    create: async () => {
      const name = `child-${++made}`;
      const pace = children > 24 ? 2 : 0;
      const { kind: of, script } = child(draw, { dir: work, name, long, pace, only: mayBe(kind) });
      const flags = ["-p", String(made % 4), "-l", of, "--silent"];
      const id = await lab.fleetIn(
        join(root, `project-${made % PROJECTS}`),
        "bd",
        "create",
        name,
        "-d",
        script,
        ...flags,
      );
      if (id !== undefined) names.set(id.trim(), name);
    },
  };
  let isKept = true;
  try {
    kind.prepare?.(lab);
    for (let n = 0; n < PROJECTS; n++) mkdirSync(join(root, `project-${n}`));
    await lab.surely("init");
    writeFileSync(join(home, "config.yaml"), settings(children, kind.settings).join("\n"));
    console.log(`chaos: ${kind.name}, seed ${seed}, ${children} children, ${seconds} s of blows, then calm; ${root}`);
    for (let n = 0; n < children; n++) await world.create();
    await (kind.start?.(world) ?? lab.surely("run", "start"));
    const before = lab.supervisor();

    const until = performance.now() + seconds * 1_000;
    const people = (kind.people ?? []).map((one) => one(world));
    let most = 0;
    while (performance.now() < until) {
      await kind.strike(world);
      most = Math.max(most, lab.processes().filter(({ is }) => is === "wrapper").length);
      await sleep(every * (0.5 + draw()));
    }
    over.abort();
    await kind.relieve?.(world);
    await Promise.all(people);
    await kind.relieve?.(world);

    const { broken } = world;
    if (kind.people === undefined && kind.restart === undefined && lab.supervisor() !== before)
      broken.push("the supervisor did not live through it");
    await (kind.restart?.(world) ?? lab.surely("run", "start"));
    const calm = performance.now() + CALM_MS;
    let issues = await lab.issues();
    while (!issues.every(isFinal) && performance.now() < calm) {
      await sleep(500);
      issues = await lab.issues();
    }
    await lab.surely("run", "stop");
    broken.push(...verify({ ...lab, issues, names: new Map(issues.map(({ id, title }) => [id, title])) }));
    if (kind.isHonest) broken.push(...blamed(home, issues));
    broken.push(...(kind.verify?.(world) ?? []), ...(await lab.leftOver()));
    tell({ lab, issues, blows, most });
    if (broken.length > 0) tellLog(lab);
    isKept = keep || broken.length > 0;
    return { broken, root };
  } finally {
    await lab.leftOver();
    if (!isKept) {
      kind.leave?.(lab);
      lab.remove();
    }
  }
}

function tell({ lab, issues, blows, most }) {
  const events = history(lab.home, lab.env);
  const outcomes = events.flatMap(({ outcome }) => (outcome ? [outcome] : []));
  const claims = events.filter(({ event }) => event === "claim").length;
  console.log(`  ${tally(blows)}`);
  console.log(
    `  ${issues.length} tasks: ${tally(issues.map(({ status }) => status))}; at most ${most} wrappers at once; ${events.length} commits`,
  );
  console.log(`  ${claims} attempts: ${tally(outcomes)}`);
}

/** Lines of a log that are printed, and characters of each: enough to see where the supervisor was when a promise broke. */
const TAIL = { lines: 60, width: 300 };

/** What the supervisor said last, on its terminal too: where its log could not be written. */
function tellLog({ home, root }) {
  for (const name of ["supervisor.log", "supervisor.out"]) {
    const lines = readOr(join(home, "run", name), "")
      .trimEnd()
      .split("\n")
      .slice(-TAIL.lines);
    console.log(`  the end of run/${name}:`);
    for (const line of lines) console.log(`    ${line.replaceAll(root, "…").slice(0, TAIL.width)}`);
  }
}

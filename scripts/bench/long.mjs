/** A month of a busy fleet: 50 000 commits on 5 000 issues; and the history of one issue at 20 000 commits. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { sideBySide } from "./measure.mjs";
import { month } from "./month.mjs";
import { kept, ms, print, table, times, title } from "./report.mjs";
import { storeModules } from "./store.mjs";
import { bd, home, said } from "./world.mjs";

const bytesUnder = (dir) =>
  readdirSync(dir, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(dir, entry.name);
    return sum + (entry.isDirectory() ? bytesUnder(path) : statSync(path).blocks * 512);
  }, 0);

async function lived(name, issues) {
  const { dir } = home(name, 0, 0);
  const { commits, id } = await month(dir, issues);
  const { maintain, Store } = await storeModules();
  const start = performance.now();
  await maintain(new Store(dir), { now: Date.now() });
  const seconds = (performance.now() - start) / 1000;
  // The newest are still in work or waiting, as in a fleet that continues.
  for (let n = 0; n < 40; n++) said(bd(dir, "create", `Task ${n}`, "-d", "still to be done"));
  return { dir, commits, id, seconds };
}

export async function long(runs) {
  title(
    "A month of a busy fleet (targets: under 100 MB, no verb slower by it; `history` under 0.3 s at 20 000 commits)",
  );
  const small = home("young", 40, 40);
  const shorter = await lived("shorter", 2_000);
  const old = await lived("month", 5_000);
  const mb = bytesUnder(old.dir) / 1e6;
  print(
    `${old.commits} commits on 5 000 issues take ${mb.toFixed(0)} MB on the disk after maintenance, which took ` +
      `${old.seconds.toFixed(0)} s: under 100 MB ${kept(mb < 100)}.\n`,
  );
  const work = {
    "ready --json": ({ dir }) => bd(dir, "ready", "--json"),
    "show of a closed one": ({ dir, id }) => bd(dir, "show", id, "--json"),
    "stats --json": ({ dir }) => bd(dir, "stats", "--json"),
    create: ({ dir }) => bd(dir, "create", "A new task"),
    comment: ({ dir, id }) => bd(dir, "comment", id, "a remark"),
  };
  const { maintain, Store } = await storeModules();
  await maintain(new Store(small.dir), { now: Date.now(), every: 1 });
  const young = { dir: small.dir, id: small.ready[0] };
  said(bd(small.dir, "close", young.id, "--force"));
  const candidates = Object.entries(work).flatMap(([verb, make]) => [
    [`${verb} young`, () => make(young)],
    [`${verb} old`, () => make(old)],
  ]);
  const history = () => bd(shorter.dir, "history", shorter.id, "--json");
  const measured = sideBySide({ ...Object.fromEntries(candidates), history }, runs);
  table(
    ["verb", "a new home", "after the month", "ratio"],
    Object.keys(work).map((verb) => {
      const [before, after] = [measured.get(`${verb} young`), measured.get(`${verb} old`)];
      return [verb, ms(before), ms(after), times(after, before)];
    }),
  );
  const took = measured.get("history");
  print(`\n\`history\` of one issue at ${shorter.commits} commits: ${ms(took)}, under 300 ms ${kept(took < 300)}.`);
}

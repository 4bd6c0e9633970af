/** The same work on 100, 10 000 and 100 000 issues. */
import { peakMemory, sideBySide } from "./measure.mjs";
import { kept, ms, table, times, title } from "./report.mjs";
import { bd, home, said } from "./world.mjs";

const LIMIT = 1.5;
/** Those that the target is for; the others may take their time for what they print. */
const FLAT = new Set(["ready", "show", "create", "claim", "close"]);
const SIZES = [100, 10_000, 100_000];

export function sizes(runs) {
  title(
    `Flat: by the size of the store, 2 000 live at most (target for ready, show, create, claim, close: ${LIMIT} × the time and memory at 100 issues)`,
  );
  const stores = new Map(SIZES.map((count) => [count, home(`n${count}`, count, Math.min(count, 2_000))]));
  const closedId = (count) => `bench-${(count - 2).toString(36).padStart(5, "0")}`;
  const work = {
    ready: ({ dir }) => bd(dir, "ready", "--json", "--limit", "10"),
    show: ({ dir, ready }) => bd(dir, "show", ready[1], "--json"),
    create: ({ dir }) => bd(dir, "create", "A new task", "-d", "with a description", "--json"),
    claim: ({ dir, ready }, run) => bd(dir, "update", ready[(run + 3) % ready.length], "--claim", "--json"),
    close: ({ dir, ready }, run) => bd(dir, "close", ready[(run + 3) % ready.length], "--json"),
    "show of a closed one": ({ dir }, _run, count) => bd(dir, "show", closedId(count), "--json"),
    // What is no id is looked for as a part of all of them.
    "show of what is no id": ({ dir }) => ({ ...bd(dir, "show", "zzzzzz", "--json"), status: 1 }),
    count: ({ dir }) => bd(dir, "count", "--json"),
    "count --by-priority": ({ dir }) => bd(dir, "count", "--by-priority", "--json"),
    "list --status closed": ({ dir }) => bd(dir, "list", "--status", "closed", "--limit", "5", "--json"),
    reopen: ({ dir }, run, count) => bd(dir, run % 2 === 0 ? "reopen" : "close", closedId(count), "--json"),
  };
  // At 100 all are live; its "closed one" is made so first.
  said(bd(stores.get(100).dir, "close", closedId(100), "--force"));
  const keys = Object.keys(work).flatMap((verb) => SIZES.map((count) => [verb, count]));
  const candidates = Object.fromEntries(
    keys.map(([verb, count]) => [`${verb} ${count}`, (run) => work[verb](stores.get(count), run, count)]),
  );
  const measured = sideBySide(candidates, runs);
  const memory = new Map(
    keys.map(([verb, count]) => [`${verb} ${count}`, peakMemory(verb, work[verb](stores.get(count), 61, count), 1)]),
  );
  table(
    ["verb", ...SIZES.map((count) => `${count} issues`), "ratio", "peak memory", "ratio", "kept"],
    Object.keys(work).map((verb) => {
      const at = (count) => measured.get(`${verb} ${count}`);
      const mib = (count) => memory.get(`${verb} ${count}`);
      const [small, large] = [SIZES[0], SIZES.at(-1)];
      return [
        verb,
        ...SIZES.map((count) => ms(at(count))),
        times(at(large), at(small)),
        `${mib(large).toFixed(0)} MiB`,
        times(mib(large), mib(small)),
        FLAT.has(verb) ? kept(at(large) <= LIMIT * at(small) && mib(large) <= LIMIT * mib(small)) : "",
      ];
    }),
  );
}

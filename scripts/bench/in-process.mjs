/** What one process does that stays: the supervisor's use of the store. */
import { kept, table, title } from "./report.mjs";
import { storeModules } from "./store.mjs";

const TARGET = 40;

export async function inProcess() {
  title(`In one process (target: ${TARGET} claims a second)`);
  const { perf } = await storeModules();
  const rows = [];
  for (const size of [100, 10_000]) {
    const figures = await perf(size, 2_000);
    rows.push([
      `${size} issues`,
      figures.createsPerSecond,
      figures.claimsPerSecond,
      figures.claimsPerSecondColdStore,
      kept(figures.claimsPerSecond >= TARGET),
    ]);
  }
  table(["store", "creates/s", "claims/s", "claims/s, nothing in memory", "kept"], rows);
}

/** What the bench asks of the store without the command. */
export { perf } from "../../packages/store/test/perf/perf.ts";
export { maintain } from "../../packages/store/src/maintenance.ts";
export { Store } from "../../packages/store/src/store.ts";

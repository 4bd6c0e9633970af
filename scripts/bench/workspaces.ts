/** What the bench asks of workspaces without the command. */
export { ensureWorkspace } from "../../packages/fleet/src/workspaces/ensure.ts";
export { openDepot } from "../../packages/fleet/src/workspaces/depot.ts";
export { readSource } from "../../packages/kit/src/git/source.ts";
export { takeBack } from "../../packages/fleet/src/workspaces/take-back.ts";

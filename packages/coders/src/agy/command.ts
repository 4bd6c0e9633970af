import { promptArgument } from "../argument.ts";
import type { CoderCommand, CoderRequest } from "../coder.ts";
import { says } from "../own-args.ts";
import { START_IN_OWN_HOME } from "./home.ts";

/** The permission flags of fleet, unless a person sets others. */
const ALL_ALLOWED = "--dangerously-skip-permissions";

/** Without a model it is started as it is; a model is a setting, so it needs a home of this run's own. */
export function command(request: CoderRequest): CoderCommand {
  const { args: own = [] } = request;
  const permissions = says(own, "--sandbox", ALL_ALLOWED) ? [] : [ALL_ALLOWED];
  const args = ["-p", promptArgument(request), ...permissions, ...own];
  if (request.model === undefined) return { file: "agy", args, env: {}, stdin: "null" };
  return {
    file: "sh",
    args: [`${request.scratch}/agy.sh`, request.scratch, ...args],
    env: {},
    stdin: "null",
    files: { "agy.sh": START_IN_OWN_HOME, "agy-settings.json": `${JSON.stringify({ model: request.model })}\n` },
  };
}

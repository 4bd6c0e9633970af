import type { CoderCommand, CoderRequest } from "../coder.ts";

/** The script is run from its file: of any length, with /dev/null as its input, whatever its lines say. */
export function command(request: CoderRequest): CoderCommand {
  return { file: "sh", args: [request.promptFile], env: {}, stdin: "null" };
}

import type { CoderCommand, CoderRequest } from "../coder.ts";
import { says } from "../own-args.ts";

/** Standard input that is no terminal makes it headless, and is the prompt (tried with 0.61.0). */
const ARGS = ["--skip-trust", "--output-format", "stream-json"];

/** The permission flags of fleet, unless a person sets others. */
const ALL_ALLOWED = "--yolo";

export function command(request: CoderRequest): CoderCommand {
  const session = request.resume === undefined ? ["--session-id", request.sessionId] : ["--resume", request.resume];
  const model = request.model === undefined ? [] : ["--model", request.model];
  const { args: own = [] } = request;
  const permissions = says(own, "--approval-mode", ALL_ALLOWED, "-y") ? [] : [ALL_ALLOWED];
  return { file: "gemini", args: [...permissions, ...ARGS, ...session, ...model, ...own], env: {}, stdin: "prompt" };
}

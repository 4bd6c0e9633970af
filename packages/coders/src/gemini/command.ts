import type { CoderCommand, CoderRequest } from "../coder.ts";

/** Standard input that is no terminal makes it headless, and is the prompt (tried with 0.61.0). */
const ARGS = ["--yolo", "--skip-trust", "--output-format", "stream-json"];

export function command(request: CoderRequest): CoderCommand {
  const session = request.resume === undefined ? ["--session-id", request.sessionId] : ["--resume", request.resume];
  const model = request.model === undefined ? [] : ["--model", request.model];
  return { file: "gemini", args: [...ARGS, ...session, ...model], env: {}, stdin: "prompt" };
}

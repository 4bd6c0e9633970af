/** The argument templates, filled in. */
import type { CoderCommand, CoderRequest } from "../coder.ts";
import { filled } from "../template.ts";
import type { DeclaredCoder } from "./schema.ts";

export function command(written: DeclaredCoder, request: CoderRequest): CoderCommand {
  const { resume } = request;
  const [template, session] =
    written.resume !== undefined && resume !== undefined ? [written.resume, resume] : [written.argv, request.sessionId];
  const [file = "", ...args] = filled(template, request, session);
  return {
    file,
    args: [...args, ...(request.args ?? [])],
    env: written.env,
    stdin: written.prompt === "stdin" ? "prompt" : "null",
  };
}

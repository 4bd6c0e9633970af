import type { CoderCommand, CoderRequest } from "../coder.ts";

const ARGS = [
  "--json",
  "--dangerously-bypass-approvals-and-sandbox",
  "--skip-git-repo-check",
  // Else tools run by `bash -lc`, where /etc/profile resets the PATH that fleet gave.
  "-c",
  "allow_login_shell=false",
];

/**
 * The prompt goes by stdin (`-`), which ends: with an open pipe codex waits for ever. It names its threads itself, so
 * `sessionId` is of no use to it.
 */
export function command(request: CoderRequest): CoderCommand {
  const model = request.model === undefined ? [] : ["-m", request.model];
  const args =
    request.resume === undefined
      ? ["exec", ...ARGS, ...model, "-"]
      : ["exec", "resume", ...ARGS, ...model, request.resume, "-"];
  return { file: "codex", args, env: {}, stdin: "prompt" };
}

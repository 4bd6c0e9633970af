/** `fleet scope-hook FILE`: a coder's hook calls it before a write. Exit code 2 refuses the write, and stderr goes to the model. */
import { resolve } from "node:path";

import * as z from "zod/mini";

import { EXIT } from "../../app/errors.ts";
import { refused } from "../../app/scope.ts";
import { readJson } from "@fleet/kit/json";
import { realPlace } from "@fleet/kit/real-place";
import { stdinText } from "../../app/stdin.ts";
import { type Command, text } from "./command.ts";

const scope = z.object({
  cwd: z.string(),
  allow: z.array(z.string()),
  deny: z.array(z.string()),
  ignores_case: z.optional(z.boolean()),
  free: z.optional(z.array(z.string())),
});

/** The tool call in the form of claude's PreToolUse hook. */
const call = z.object({
  tool_input: z.object({
    file_path: z.optional(z.string()),
    notebook_path: z.optional(z.string()),
  }),
});

const REFUSED = 2;

export const scopeHook: Command = {
  options: {},
  examples: [["fleet scope-hook scope.json <call.json", "exit 2 where the write is refused"]],
  run: async (io, args) => {
    const allowed = z.safeParse(scope, readJson(text(args, "file") ?? ""));
    const asked = z.safeParse(call, parsed(await stdinText(io)));
    // What can't be parsed is allowed: changed paths are checked after the attempt anyway.
    if (!allowed.success || !asked.success) return EXIT.ok;
    const { file_path, notebook_path } = asked.data.tool_input;
    const written = file_path ?? notebook_path;
    if (written === undefined) return EXIT.ok;
    const { cwd, allow, deny } = allowed.data;
    const path = refused(realPlace(resolve(cwd, written)), allowed.data);
    if (path === undefined) return EXIT.ok;
    const list = (names: readonly string[]): string => names.join(", ") || "nothing";
    io.err(
      `refused: this task may not change ${path} (allowed: ${allow.length === 0 ? "all else" : list(allow)}; denied: ${list(deny)})\n`,
    );
    return REFUSED;
  },
};

function parsed(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    return undefined;
  }
}

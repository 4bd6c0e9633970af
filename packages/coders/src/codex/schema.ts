/** The lines of `codex exec --json`, as far as they are read (0.169.0). */
import * as z from "zod/mini";
import { maybe } from "../json.ts";

export const Head = z.looseObject({ type: z.string() });

export const ThreadStarted = z.looseObject({ thread_id: z.string() });

export const Item = z.looseObject({ item: z.looseObject({ id: z.string(), type: z.string() }) });

const item = <T extends z.core.$ZodLooseShape>(shape: T) => z.looseObject({ item: z.looseObject(shape) });

export const AgentMessage = item({ text: z.string() });
/** `exit_code` is null until the end. */
export const CommandExecution = item({
  command: z.string(),
  exit_code: maybe(z.number()),
  aggregated_output: maybe(z.string()),
});
export const FileChange = item({
  changes: z.array(z.looseObject({ path: z.string(), kind: maybe(z.string()) })),
  status: maybe(z.string()),
});
export const McpToolCall = item({
  server: maybe(z.string()),
  tool: z.string(),
  arguments: z.optional(z.unknown()),
  status: maybe(z.string()),
});
export const WebSearch = item({ query: maybe(z.string()) });
export const ErrorItem = item({ message: z.string() });

/** A top-level error may be a notice of a retry that recovers. */
export const ErrorLine = z.looseObject({ message: z.string() });

export const TurnFailed = z.looseObject({ error: z.looseObject({ message: z.string() }) });

/** Cumulative over the thread, earlier runs included; `input_tokens` includes the cached ones. */
export const TurnCompleted = z.looseObject({
  usage: maybe(z.looseObject({ input_tokens: maybe(z.number()), output_tokens: maybe(z.number()) })),
});

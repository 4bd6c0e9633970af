/** The lines of `gemini -o stream-json`, as far as they are read (0.61.0). */
import * as z from "zod/mini";
import { maybe } from "../json.ts";

export const Head = z.looseObject({ type: z.string() });

export const Init = z.looseObject({ session_id: z.string(), model: maybe(z.string()) });

/** With `delta` a piece of what the model says. */
export const Message = z.looseObject({ role: z.string(), content: z.string() });

export const ToolUse = z.looseObject({
  tool_name: z.string(),
  tool_id: z.string(),
  parameters: z.optional(z.unknown()),
});

export const ToolResult = z.looseObject({ tool_id: z.string(), status: z.string(), output: maybe(z.string()) });

export const ErrorLine = z.looseObject({ message: z.string() });

/** `stats` are of this run, of a resumed session too (measured); `input_tokens` includes `cached`. */
export const Result = z.looseObject({
  status: z.string(),
  error: maybe(z.looseObject({ type: maybe(z.string()), message: maybe(z.string()) })),
  stats: maybe(z.looseObject({ input_tokens: maybe(z.number()), output_tokens: maybe(z.number()) })),
});

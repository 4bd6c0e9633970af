/** The lines of `opencode run --format json`, as far as they are read (1.18.33). */
import * as z from "zod/mini";
import { maybe } from "../json.ts";

export const Head = z.looseObject({ type: z.string(), sessionID: maybe(z.string()) });

export const Text = z.looseObject({ part: z.looseObject({ text: z.string() }) });

/** Printed when the tool has ended; there is no line for its start. */
export const ToolUse = z.looseObject({
  part: z.looseObject({
    tool: z.string(),
    callID: z.string(),
    state: z.looseObject({
      status: z.string(),
      input: z.optional(z.unknown()),
      title: maybe(z.string()),
      output: maybe(z.string()),
      error: maybe(z.string()),
      /** A command's exit status; null where it was ended. */
      metadata: maybe(z.looseObject({ exit: maybe(z.number()) })),
    }),
  }),
});

/** One request to the model. `reason`: "tool-calls" goes on, "stop" is the end; tokens and cost are this step's. */
export const StepFinish = z.looseObject({
  part: z.looseObject({
    reason: maybe(z.string()),
    cost: maybe(z.number()),
    tokens: maybe(
      z.looseObject({
        input: maybe(z.number()),
        output: maybe(z.number()),
        reasoning: maybe(z.number()),
        cache: maybe(z.looseObject({ read: maybe(z.number()), write: maybe(z.number()) })),
      }),
    ),
  }),
});

export const ErrorLine = z.looseObject({
  /** Milliseconds since 1970. */
  timestamp: maybe(z.number()),
  error: z.looseObject({
    name: z.string(),
    data: maybe(
      z.looseObject({
        message: maybe(z.string()),
        statusCode: maybe(z.number()),
        responseBody: maybe(z.string()),
        responseHeaders: maybe(z.record(z.string(), z.string())),
      }),
    ),
  }),
});

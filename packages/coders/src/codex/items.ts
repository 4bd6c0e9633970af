/** codex's items: what it did, each with a start (commands, MCP calls) or only an end (messages, patches). */
import type { CoderEvent } from "../events.ts";
import { read } from "../json.ts";
import { readsOnly } from "../reads.ts";
import { short, summarise } from "../summary.ts";
import { wordsOfLine } from "@fleet/kit/shell";
import { clip } from "@fleet/kit/text";
import { TEXT_LIMIT } from "../text-limits.ts";
import { printed } from "../tools.ts";
import * as schema from "./schema.ts";

type Phase = "started" | "completed";

/** Undefined: a shape that is not known. An item type that is not known is work of some kind, and is only kept in the log. */
export function item(value: unknown, phase: Phase): readonly CoderEvent[] | undefined {
  const head = read(schema.Item, value)?.item;
  if (head === undefined) return undefined;
  switch (head.type) {
    case "agent_message": {
      const text = read(schema.AgentMessage, value)?.item.text;
      if (text === undefined) return undefined;
      return phase === "started" || text === "" ? [] : [{ kind: "text", text: clip(text, TEXT_LIMIT) }];
    }
    case "command_execution": {
      const run = read(schema.CommandExecution, value)?.item;
      if (run === undefined) return undefined;
      const command = unwrapped(run.command);
      const event = tool(phase, head.id, "exec", short(command), run.exit_code === 0);
      const reads = readsOnly(command) ? ({ reads: true } as const) : {};
      return [event.kind === "tool-finished" ? { ...event, ...printed(run.aggregated_output), ...reads } : event];
    }
    case "file_change": {
      const change = read(schema.FileChange, value)?.item;
      const paths = change?.changes.map(({ path, kind }) => `${kind ?? "change"} ${path}`).join(", ") ?? "";
      if (change === undefined) return undefined;
      const event = tool(phase, head.id, "patch", short(paths), change.status === "completed");
      const writes = change.changes.map(({ path }) => path);
      return [event.kind === "tool-finished" && writes.length > 0 ? { ...event, writes } : event];
    }
    case "mcp_tool_call": {
      const call = read(schema.McpToolCall, value)?.item;
      const name = `${call?.server ?? "mcp"}.${call?.tool ?? ""}`;
      return call && [tool(phase, head.id, name, summarise(call.arguments), call.status === "completed")];
    }
    case "web_search":
      return [tool(phase, head.id, "web_search", short(read(schema.WebSearch, value)?.item.query ?? ""), true)];
    case "error": {
      // Not a failure: "Model metadata for `x` not found" comes first in runs that succeed.
      const message = read(schema.ErrorItem, value)?.item.message;
      if (message === undefined) return undefined;
      return [{ kind: "error", message: clip(message, TEXT_LIMIT), notice: true }];
    }
    case "reasoning":
    case "todo_list":
      return [];
    default:
      return undefined;
  }
}

function tool(phase: Phase, id: string, name: string, summary: string, ok: boolean): CoderEvent {
  return phase === "started"
    ? { kind: "tool-started", id, tool: name, summary }
    : { kind: "tool-finished", id, tool: name, summary, ok };
}

const SHELL = /^(?:\/\S*\/)?(?:ba|z|da)?sh$/;

/** "/bin/bash -lc 'npm test'" → "npm test". */
function unwrapped(command: string): string {
  const [shell = "", option = "", inner, ...more] = wordsOfLine(command) ?? [];
  return SHELL.test(shell) && /^-l?c$/.test(option) && inner !== undefined && more.length === 0 ? inner : command;
}

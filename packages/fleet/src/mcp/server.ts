/** `fleet mcp`: the Model Context Protocol on standard input and output, until the client goes. */
import { isObject } from "@fleet/kit/is-object";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";

import { setting } from "@fleet/store/task-settings";

import { callVerb } from "../bd/call.ts";
import { actingHere } from "../app/acting.ts";
import { chosenAt } from "../app/views/chosen.ts";
import { refusalText } from "../bd/errors.ts";
import { render } from "../bd/json.ts";
import { inEnvelope } from "../bd/sink.ts";
import { errorText } from "../app/error-text.ts";
import { CommandError } from "../app/errors.ts";
import type { Io } from "../app/io.ts";
import { homeHere, openFleet } from "../app/open.ts";
import { VERSION } from "../app/installed.ts";
import { ASK_HUMAN, askHuman } from "./ask-human.ts";
import { confined, type Own, ownOf } from "./confined.ts";
import { QUEUE_TOOLS } from "./queue-tools.ts";

/** What is empty is left out, but for the first. */
const said = ([first = "", ...more]: readonly string[], isError: boolean, data?: unknown): CallToolResult => ({
  content: [first, ...more.filter((text) => text !== "")].map((text) => ({ type: "text", text })),
  ...structured(data),
  ...(isError ? { isError } : {}),
});

/** The protocol takes an object; clients know a list by this name. */
function structured(data: unknown): Pick<CallToolResult, "structuredContent"> {
  if (data === undefined) return {};
  return { structuredContent: isObject(data) ? data : { result: data } };
}

/** One verb of `fleet bd`, in this process: its answer as bd writes it, and what it had to say beside it. */
async function bdLine(io: Io, line: readonly string[]): Promise<CallToolResult> {
  const { answer, text, warnings, isDone } = await callVerb(line, io);
  const answered = answer === undefined ? text : render(answer, inEnvelope(io.env));
  return isDone ? said([answered, warnings], false, answer) : said([warnings, answered], true, answer);
}

const refused = (io: Io, error: unknown): CallToolResult =>
  said([error instanceof CommandError ? errorText(error, io.env).text : refusalText(error)], true);

/** claude shows most tools of servers only to a model that searches for them; this one it shows at once. */
const AT_HAND = { "anthropic/alwaysLoad": true };

/** How the task of this attempt runs. */
function ownTask(io: Io, id: string): Own {
  const { home, store } = openFleet(io);
  const issue = store.snapshot().issue(id);
  if (issue === undefined) throw new CommandError(`the task of this attempt, ${id}, is gone`, "fleet bd list");
  return ownOf(issue, io.cwd, chosenAt(home, setting(issue, "cwd") ?? io.cwd));
}

export async function serve(io: Io): Promise<void> {
  const { inside, actor } = await actingHere(io, homeHere(io).home);
  const server = new McpServer({ name: "fleet", version: VERSION });
  if (inside !== undefined && actor !== undefined) {
    const fleet = openFleet(io);
    server.registerTool(
      ASK_HUMAN.name,
      { description: ASK_HUMAN.description, inputSchema: ASK_HUMAN.input, _meta: AT_HAND },
      async (input, { signal, sendNotification, _meta }) => {
        const token = _meta?.progressToken;
        const progress = (waited: number, total: number): void => {
          if (token === undefined) return;
          const params = { progressToken: token, progress: waited, total, message: "waiting for a person's answer" };
          // A client that has gone ends the call by itself.
          sendNotification({ method: "notifications/progress", params }).catch(() => undefined);
        };
        try {
          const { text, note = "", isError, data } = await askHuman(fleet, { stop: signal, progress }, input);
          return said([text, note], isError, data);
        } catch (error) {
          return said([errorText(error, io.env).text], true);
        }
      },
    );
  }
  for (const { name, description, input, reads, line } of QUEUE_TOOLS) {
    const annotations = { readOnlyHint: reads, openWorldHint: false };
    server.registerTool(name, { description, inputSchema: input, annotations }, async (given) => {
      try {
        const words = line(given, inside?.task);
        if (name !== "create" || inside === undefined) return await bdLine(io, words);
        return await bdLine(io, [...words, ...confined(given, ownTask(io, inside.task))]);
      } catch (error) {
        return refused(io, error);
      }
    });
  }
  // The client went away: it closes its end, or it was killed.
  const gone = new Promise<void>((resolve) => {
    process.stdin.once("end", resolve).once("close", resolve);
    process.stdout.once("error", () => resolve());
    io.onInterrupt?.(["SIGTERM", "SIGINT", "SIGHUP"], () => resolve());
  });
  await server.connect(new StdioServerTransport());
  await gone;
  // What still waits for an answer gives up.
  await server.close();
}

/**
 * Tools by which an agent talks to the queue, and does no work: the call that closes its task, a comment, a look at an issue.
 * What it says there is its claim, which is no evidence for itself. Pure.
 */
import { commandsOf, nameOf, SHELLS } from "./shell-words.ts";

/** fleet's own MCP server, by the names that coders give its tools; gemini names a tool of a server by its bare name. */
const BY_MCP = /^(mcp__fleet__|fleet[._/-]|mcp_fleet_)|^(close|comment|ask_human)$/;

/** Words of a shell that leave everything as it was. */
const IDLE = new Set(["cd", "echo", "true", ":", "exit", "printf", "pwd", "set", "export"]);
const QUEUE = new Set(["fleet", "bd"]);

export interface ToolCall {
  readonly tool: string;
  /** One line: of a shell tool its command, cut where it is long. */
  readonly summary: string;
}

/** A tool of fleet's own server. */
export const isOfServer = (tool: string): boolean => BY_MCP.test(tool);

export const isTalk = ({ tool, summary }: ToolCall): boolean => isOfServer(tool) || isTalkLine(summary, 0);

const DEEPEST = 3;

/** Every command of the line talks to the queue, or does nothing. */
function isTalkLine(line: string, depth: number): boolean {
  const commands = commandsOf(line);
  return (
    depth < DEEPEST && commands.some((words) => talks(words, depth)) && commands.every((words) => idles(words, depth))
  );
}

function talks([first = "", ...rest]: readonly string[], depth: number): boolean {
  const name = nameOf(first);
  return QUEUE.has(name) || (SHELLS.has(name) && rest.some((word) => isTalkLine(word, depth + 1)));
}

/** A word with `>` in it may write a file. */
const idles = (words: readonly string[], depth: number): boolean =>
  talks(words, depth) || (IDLE.has(nameOf(words[0] ?? "")) && !words.some((word) => word.includes(">")));

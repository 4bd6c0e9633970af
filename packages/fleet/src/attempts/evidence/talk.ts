/**
 * Tools by which an agent talks to the queue, and does no work: the call that closes its task, a comment, a look at an issue.
 * What it says there is its claim, which is no evidence for itself. Pure.
 */

/** fleet's own MCP server, by the names that coders give its tools; gemini names a tool of a server by its bare name. */
const BY_MCP = /^(mcp__fleet__|fleet[._/-]|mcp_fleet_)|^(close|comment|ask_human)$/;

/** Words of a shell that leave everything as it was. */
const IDLE = new Set(["cd", "echo", "true", ":", "exit", "printf", "pwd", "set", "export"]);
const QUEUE = new Set(["fleet", "bd"]);
/** What runs a line of its own. */
const SHELLS = new Set(["sh", "bash", "zsh", "dash"]);

export interface ToolCall {
  readonly tool: string;
  /** One line: of a shell tool its command, cut where it is long. */
  readonly summary: string;
}

export const isTalk = ({ tool, summary }: ToolCall): boolean => BY_MCP.test(tool) || isTalkLine(summary, 0);

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

const nameOf = (word: string): string => word.split("/").at(-1) ?? "";

/** The commands of a line of sh with their words, unquoted; assignments in front of them are left out. */
function commandsOf(line: string): string[][] {
  const commands: string[][] = [[]];
  for (const [, quoted, word, separator] of line.matchAll(/("(?:[^"\\]|\\.)*"?|'[^']*'?)|([^\s"'|;&]+)|([|;&\n]+)/g)) {
    if (separator !== undefined) commands.push([]);
    else {
      const current = commands.at(-1);
      const text = word ?? (quoted ?? "").replaceAll(/^["']|["']$/g, "");
      if (current !== undefined && (current.length > 0 || !/^[A-Za-z_]\w*=/.test(text))) current.push(text);
    }
  }
  return commands.filter((words) => words.length > 0);
}

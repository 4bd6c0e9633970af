/** The scripted model APIs of fixtures/mock-api as processes of a test, and the words a script is written in. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { until } from "../support/until.ts";

const MOCKS = fileURLToPath(new URL("../../../../fixtures/mock-api/", import.meta.url));

export type CoderName = "claude" | "codex" | "opencode" | "gemini";

/** One answer of the model, in words that are the same for every API. `{{REGEX}}`: see serve.mjs. */
export type Step =
  | { readonly kind: "run"; readonly command: string; readonly words: string }
  | { readonly kind: "say"; readonly words: string }
  /** A step as the API itself has it: an error, a hang. */
  | { readonly kind: "raw"; readonly step: Readonly<Record<string, unknown>> }
  /** The first time the error, then the step. */
  | { readonly kind: "once"; readonly error: Readonly<Record<string, unknown>>; readonly after: Step };

export const run = (command: string, words = "I run it."): Step => ({ kind: "run", command, words });
export const say = (words: string): Step => ({ kind: "say", words });
export const raw = (step: Readonly<Record<string, unknown>>): Step => ({ kind: "raw", step });
export const first = (error: Readonly<Record<string, unknown>>, after: Step): Step => ({ kind: "once", error, after });

/** Runs the command that the task's description names in backticks after "Run:". */
export const work = run("{{Run: `([^`]+)`}}", "I do the work.");
/** Runs the very command that the prompt gives for closing the task. */
export const close = run("{{Done: run `([^`]+)`}}", "I close the task.");
/** Runs the very command that the prompt gives for asking a person. */
export const block = run("{{without a person: run `([^`]+)`}}", "I can't go on.");
/** A task as it should go. */
export const WELL: readonly Step[] = [work, close, say("The task is done and closed.")];

function spoken(coder: CoderName, step: Step): Record<string, unknown> {
  switch (step.kind) {
    case "run": {
      const { command, words: text } = step;
      const input = { command, description: "run" };
      switch (coder) {
        case "claude":
          return { text, tool: { name: "Bash", input } };
        case "codex":
          return { text, call: { name: "exec_command", arguments: { cmd: command } } };
        case "opencode":
          return { text, call: {}, chatcall: { name: "bash", arguments: input } };
        case "gemini":
          return { text, call: { name: "run_shell_command", args: input } };
      }
    }
    case "say":
      return { text: step.words };
    case "raw":
      return { ...step.step };
    case "once":
      return { ...step.error, fail_first: 1, after: spoken(coder, step.after) };
  }
}

/** A shell command that runs until a file is there. (`sleep` in the foreground is refused by claude itself.) */
export const untilThere = (path: string): string =>
  `node -e 'setInterval(() => { if (require("fs").existsSync("${path}")) process.exit() }, 50)'`;

export interface Api {
  readonly port: string;
  /** The answers from now on. */
  readonly script: (steps: readonly Step[]) => Promise<void>;
  /** One of the API's own scenarios from now on. */
  readonly scenario: (name: string) => Promise<void>;
  /** How many requests for an answer came so far. */
  readonly requests: () => number;
  readonly stop: () => Promise<void>;
}

const SERVER: Readonly<Record<CoderName, string>> = {
  claude: "anthropic.mjs",
  codex: "openai.mjs",
  opencode: "openai.mjs",
  gemini: "gemini.mjs",
};

/** `dir`: where its port and its log are. */
export async function startApi(coder: CoderName, dir: string, args: readonly string[] = []): Promise<Api> {
  const [portFile, logFile] = [join(dir, `${coder}.port`), join(dir, `${coder}.log`)];
  const file = join(MOCKS, SERVER[coder]);
  const server: ChildProcess = spawn(process.execPath, [file, "--port-file", portFile, "--log", logFile, ...args], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const exit = once(server, "exit");
  const port = await until(`the scripted API of ${coder} listens`, () => text(portFile));
  const control = async (change: object): Promise<void> => {
    const answer = await fetch(`http://127.0.0.1:${port}/__control`, { method: "POST", body: JSON.stringify(change) });
    if (!answer.ok) throw new Error(`the scripted API refused ${JSON.stringify(change)}`);
  };
  return {
    port,
    script: (steps) => control({ script: steps.map((step) => spoken(coder, step)) }),
    scenario: (name) => control({ scenario: name }),
    requests: () => (text(logFile) ?? "").split("\n").filter((line) => line.includes('"step":')).length,
    stop: async () => {
      server.kill();
      await exit;
    },
  };
}

function text(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Not there yet.
    return undefined;
  }
}

/** A command of the person's as a channel: JSON on its standard input, and the words in variables. */
import { runProgram } from "@fleet/kit/process/run";
import { lastLine, sound } from "@fleet/kit/text";

import { type Channel, payloadOf, type Sent } from "./channel.ts";
import type { Message } from "./message.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** Milliseconds. */
const PATIENCE = 30_000;
/** Bytes of what it prints. */
const MOST = 64 * 1024;

/** Nothing of a title is ever part of the command line. */
export const commandChannel = (command: string, env: Env, cwd: string, patience = PATIENCE): Channel => ({
  send: async (message) => {
    const ran = await runProgram({
      file: "/bin/sh",
      args: ["-c", command],
      cwd,
      env: { ...env, ...variablesOf(message) },
      input: `${JSON.stringify(payloadOf(message))}\n`,
      timeout: patience,
      most: MOST,
    });
    return sentOf(ran, patience);
  },
});

function variablesOf({ event, title, lines, calls }: Message): Record<string, string> {
  const [call] = calls.length === 1 ? calls : [];
  return {
    FLEET_CALL: event,
    FLEET_CALL_TITLE: title,
    FLEET_CALL_TEXT: lines.join("\n"),
    FLEET_CALL_TASK: call?.task ?? "",
    FLEET_CALL_COMMAND: sound(call?.command ?? "fleet top"),
  };
}

export function sentOf(ran: Awaited<ReturnType<typeof runProgram>>, patience: number): Sent {
  switch (ran.kind) {
    case "ended": {
      if (ran.code === 0) return { kind: "sent" };
      const how = ran.code === null ? `ended by ${ran.signal ?? "a signal"}` : `exit code ${ran.code}`;
      const said = lastLine(ran.stderr) || lastLine(ran.stdout);
      return { kind: "failed", why: said === "" ? how : `${how}: ${said}` };
    }
    case "timed-out":
      return { kind: "failed", why: `it took longer than ${patience / 1_000}s` };
    case "too-much":
      return { kind: "failed", why: "it printed too much" };
    case "not-started":
      return { kind: "failed", why: ran.why };
  }
}

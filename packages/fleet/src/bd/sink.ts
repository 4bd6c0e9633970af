/** Where a verb's words go: a command prints them, and whoever calls a verb in this process gets them as data. */
import type { Io } from "../app/io.ts";
import { render } from "./json.ts";

export interface Sink {
  /** The JSON answer. */
  readonly print: (payload: unknown) => void;
  /** Text to read. */
  readonly text: (text: string) => void;
  /** For a program, byte for byte. */
  readonly exact: (text: string) => void;
  /** What stands beside the answer. */
  readonly warn: (text: string) => void;
}

/** Whether JSON answers stand in bd's second form. */
export const inEnvelope = (env: Io["env"]): boolean => env["BD_JSON_ENVELOPE"] === "1";

export const printing = ({ out, exact, err, env }: Io): Sink => ({
  print: (payload) => out(render(payload, inEnvelope(env))),
  text: out,
  exact,
  warn: err,
});

/** What was said to a sink that prints nothing. */
export interface Gathered {
  /** Undefined: there is no JSON answer. */
  readonly answer: unknown;
  readonly text: string;
  readonly warnings: string;
}

export function gathering(): { readonly sink: Sink; readonly gathered: () => Gathered } {
  let answer: unknown;
  let [text, warnings] = ["", ""];
  const add = (more: string): void => void (text += more);
  return {
    sink: {
      print: (payload) => void (answer = payload),
      text: add,
      exact: add,
      warn: (more) => void (warnings += more),
    },
    gathered: () => ({ answer, text, warnings }),
  };
}

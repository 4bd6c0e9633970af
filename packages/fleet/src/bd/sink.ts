/** Where a verb's output goes: a command prints it; a caller in this process gets it as data. */
import type { Io } from "../app/io.ts";
import { render } from "./json.ts";

export interface Sink {
  /** The JSON answer. */
  readonly print: (payload: unknown) => void;
  /** Text to read. */
  readonly text: (text: string) => void;
  /** For programs, byte for byte. */
  readonly exact: (text: string) => void;
  /** Warnings. */
  readonly warn: (text: string) => void;
}

/** Whether JSON answers use bd's envelope. */
export const inEnvelope = (env: Io["env"]): boolean => env["BD_JSON_ENVELOPE"] === "1";

export const printing = ({ out, exact, err, env }: Io): Sink => ({
  print: (payload) => out(render(payload, inEnvelope(env))),
  text: out,
  exact,
  warn: err,
});

/** What a collecting sink received. */
export interface Gathered {
  /** Undefined: no JSON answer. */
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

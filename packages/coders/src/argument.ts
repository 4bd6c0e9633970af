/** A prompt that has to be an argument. */
import type { CoderRequest } from "./coder.ts";

/** Linux ends an argument at 128 KiB (131 072 bytes with its final zero); a round number below. */
const ARGUMENT_LIMIT = 100_000;

/** The prompt, or where to read it when it is too long for an argument. */
export function promptArgument({ prompt, promptFile }: CoderRequest): string {
  if (Buffer.byteLength(prompt) < ARGUMENT_LIMIT) return prompt;
  return `Your task is in the file ${promptFile}. Read that file first, to its end, then do what it says.`;
}

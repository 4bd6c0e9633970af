/** Where whole screens are drawn. */
import { expect, it } from "vitest";

import { canDraw } from "../../src/app/can-draw.ts";

it.each([
  ["a terminal", true, true, "xterm-256color", true],
  ["a terminal that says no name", true, true, undefined, true],
  ["one that moves no cursor", true, true, "dumb", false],
  ["keys from a pipe", false, true, "xterm", false],
  ["a pipe", true, false, "xterm", false],
])("%s", (_what, stdin, stdout, TERM, can) => {
  expect(canDraw({ env: { TERM }, isTerminal: { stdin, stdout, stderr: true } })).toBe(can);
});

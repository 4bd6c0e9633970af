/** Which closing words say that the work is not done. */
import { expect, it } from "vitest";

import { saysNotDone } from "../../src/attempts/evidence/not-done.ts";

it.each([
  "I could not make the tests pass",
  "Couldn't finish: the API key is missing",
  "couldn’t build it here",
  "Unable to reach the registry",
  "I was not able to reproduce it",
  "Failed to apply the patch",
  "gave up after three tries",
  "I have given up",
  "didn't finish the second half",
  "Not done: waits for a decision",
  "Partially implemented; the parser is missing",
  "incomplete",
  "Unfortunately, I can't change this file",
])("%s", (words) => {
  expect(saysNotDone(words)).toBe(true);
});

it.each([
  "made it",
  "Fixed the crash that users could not reproduce",
  "Retry where a request failed to arrive",
  "Handle the case that the parser cannot read a file",
  "Not only the parser, the printer too",
  "Cannery: rename the module",
  "Incompleteness of the list is told",
  "Stuckness detector added",
  "",
])("is about the work: %s", (words) => {
  expect(saysNotDone(words)).toBe(false);
});

/** Texts: what nobody can see of them, and what can be kept of them. */
import { expect, test } from "vitest";

import { parseExact } from "../src/exact-json.ts";
import { isBlank, sound } from "../src/text.ts";

test.each([
  ["", true],
  [" \t\r\n\u00a0\u2003\u3000", true],
  ["\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e", true],
  ["\u115f\u1160\u3164\uffa0\u2800", true],
  ["\u202a\u2066\u202e\u{e0041}\ufe0f", true],
  ["\0\u0007\u001b\u007f\u0085\u2400", true],
  ["\u200bx", false],
  ["\u0600", false],
  ["👩\u200d👧", false],
  ["\ufffd", false],
])("%j is blank: %s", (text, blank) => expect(isBlank(text)).toBe(blank));

test("half a surrogate pair and U+0000 become what every reader takes", () => {
  expect(sound("a\ud83d b\0c 😀")).toBe("a\ufffd b\u2400c 😀");
  expect(parseExact('{"a\\u0000":["\\u0000","\\\\u0000",1.10]}')).toEqual({
    "a\u2400": ["\u2400", "\\u0000", "\udfff1.10"],
  });
});

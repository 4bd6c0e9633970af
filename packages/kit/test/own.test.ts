import { expect, it } from "vitest";

import { own } from "../src/own.ts";

it.each(["constructor", "toString", "__proto__", "hasOwnProperty"])(
  "a table without %s has nothing under it",
  (name) => {
    expect(own({ a: 1 }, name)).toBeUndefined();
    expect(own(Object.fromEntries([[name, 1]]), name)).toBe(1);
  },
);

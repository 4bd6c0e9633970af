import { expect, it } from "vitest";

import { QUICK_TUNING } from "../support/quick.ts";
import { TUNING, tuningFrom } from "../../src/settings/tuning.ts";

it("overrides what is named and keeps the rest", () => {
  expect(tuningFrom(JSON.stringify(QUICK_TUNING))).toEqual(TUNING);
  expect(tuningFrom('{"finishGrace":1}')).toEqual({ ...tuningFrom("{}"), finishGrace: 1 });
});

it("refuses a name that it doesn't know, and what is not a number", () => {
  expect(() => tuningFrom('{"finish_grace":1}')).toThrow("unknown name finish_grace");
  expect(() => tuningFrom('{"finishGrace":"1s"}')).toThrow();
});

/** Moments and figures as people read them. */
import { describe, expect, it } from "vitest";

import { counted, short, tokensText, usdText } from "../src/figures.ts";
import { clockTime, exactly, localTimes, moment, wait } from "../src/when.ts";

/** In whatever zone this runs. */
const now = new Date(2026, 10, 29, 14, 25, 0).getTime();
const at = (...time: [hour: number, minute: number, second?: number]): number =>
  new Date(2026, 10, 29, ...time).getTime();
const yesterday = new Date(2026, 10, 28, 14, 29, 7).getTime();

describe("moments are local, with the date where it is not today", () => {
  it.each([
    [moment(at(14, 29), now), "14:29"],
    [moment(yesterday, now), "2026-11-28 14:29"],
    [exactly(yesterday, now), "2026-11-28 14:29:07"],
    [clockTime(yesterday), "14:29:07"],
    [wait(at(14, 29), now), "in 4m, at 14:29"],
    [wait(yesterday, now), "now"],
  ])("%s", (said, expected) => expect(said).toBe(expected));

  it("a time in a text as programs write it is shown so as well; all else stays", () => {
    const stamp = new Date(at(14, 29, 5)).toISOString();
    expect(localTimes(`until ${stamp}: limit of 2026-11-29, see 12:00:00`, now)).toBe(
      "until 14:29:05: limit of 2026-11-29, see 12:00:00",
    );
    expect(localTimes("2026-11-29T99:00:00Z", now)).toBe("2026-11-29T99:00:00Z");
  });
});

it.each([
  [short(812), "812"],
  [short(1_234), "1.2k"],
  [short(67_420), "67k"],
  [short(999_700), "1.0M"],
  [short(12_400_000), "12M"],
  [tokensText(1), "1 token"],
  [tokensText(67_420), "67k tokens"],
  [counted(1, "try", "tries"), "1 try"],
  [usdText(0), "$0.00"],
  [usdText(0.290_800_000_06), "$0.29"],
  [usdText(0.004), "$0.004"],
  [usdText(0.000_31), "$0.00031"],
])("a figure in two or three digits: %s", (said, expected) => expect(said).toBe(expected));

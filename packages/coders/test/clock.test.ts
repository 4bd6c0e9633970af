/** When a limit ends, by the words that tell it and the moment at which they were said. */
import { describe, expect, test } from "vitest";
import { againIn, momentOf } from "../src/clock.ts";

type Row = readonly [words: string, said: string, until: string, what: string];

/** On a machine in Berlin, which is an hour ahead of UTC in winter and two in summer. */
describe("codex: the clock of this machine, with the date of every other day", () => {
  test.each<Row>([
    ["12:19 PM", "2026-11-21T10:30:00Z", "2026-11-21T11:20:00.000Z", "the end of the minute that is told"],
    ["7:32 PM", "2026-11-29T18:32:00.900Z", "2026-11-29T18:33:00.000Z", "the minute that it is now is not over"],
    ["7:32 PM", "2026-11-29T18:32:50Z", "2026-11-29T18:33:00.000Z", "nor ten seconds before its end"],
    ["7:31 PM", "2026-11-29T18:32:50Z", "2026-11-29T18:32:00.000Z", "what is past is past"],
    ["9:00 AM", "2026-11-29T18:32:50Z", "2026-11-29T08:01:00.000Z", "however long: tomorrow would have its date"],
    ["11:59 PM", "2026-11-29T23:00:05Z", "2026-11-29T23:00:00.000Z", "said just before midnight, seen just after it"],
    ["12:05 AM", "2026-11-29T23:01:00Z", "2026-11-29T23:06:00.000Z", "of the day that has just begun"],
    ["Nov 30th, 2026 12:55 AM", "2026-11-29T20:00:00Z", "2026-11-29T23:56:00.000Z", "another day"],
    ["Dec 5th, 2026 9:00 AM", "2026-11-29T20:00:00Z", "2026-12-05T08:01:00.000Z", "another week"],
    ["Jan 1st, 2027 12:00 AM", "2026-12-31T20:00:00Z", "2026-12-31T23:01:00.000Z", "another year"],
    ["2:30 AM", "2026-10-24T22:10:00Z", "2026-10-25T00:31:00.000Z", "the first of two, when clocks are put back"],
    ["2:30 AM", "2026-10-25T00:45:00Z", "2026-10-25T01:31:00.000Z", "the second, after the first"],
    ["2:30 AM", "2026-03-29T00:10:00Z", "2026-03-29T01:31:00.000Z", "the hour that was left out is over an hour later"],
    ["1.5s", "2026-11-29T18:00:00Z", "2026-11-29T18:00:01.500Z", "a duration"],
  ])("%s, said %s: %s, %s", (words, said, until) => {
    expect(momentOf(words, new Date(said), "Europe/Berlin")).toBe(until);
  });
});

describe("claude: with its zone, and with the date from a day ahead", () => {
  test.each<Row>([
    ["12:13pm (UTC)", "2026-11-21T11:13:00Z", "2026-11-21T12:14:00.000Z", "today"],
    ["3am (UTC)", "2026-11-21T23:10:00Z", "2026-11-22T03:01:00.000Z", "tomorrow, where today's is long past"],
    ["3am (America/New_York)", "2026-11-22T03:30:00Z", "2026-11-22T08:01:00.000Z", "in that zone, over its midnight"],
    ["11pm (America/New_York)", "2026-11-22T03:30:00Z", "2026-11-22T04:01:00.000Z", "the day of that zone"],
    ["3am (UTC)", "2026-11-21T03:02:00Z", "2026-11-21T03:01:00.000Z", "a moment ago is now"],
    ["12am (Asia/Tokyo)", "2026-11-21T14:00:00Z", "2026-11-21T15:01:00.000Z", "midnight"],
    ["Nov 30, 3:30pm (Europe/Berlin)", "2026-11-24T10:00:00Z", "2026-11-30T14:31:00.000Z", "a date"],
    [
      "Nov 30 at 3pm (Europe/Berlin)",
      "2026-11-24T10:00:00Z",
      "2026-11-30T14:01:00.000Z",
      "a date, as other systems put it",
    ],
    ["Jan 2, 9am (UTC)", "2026-12-29T10:00:00Z", "2027-01-02T09:01:00.000Z", "over New Year, without a year"],
    ["Jan 2, 2027, 9am (UTC)", "2026-12-29T10:00:00Z", "2027-01-02T09:01:00.000Z", "with it"],
    [
      "3am (Europe/Berlin)",
      "2026-10-24T20:00:00Z",
      "2026-10-25T02:01:00.000Z",
      "in the night in which clocks are put back",
    ],
    [
      "3am (America/New_York)",
      "2026-03-08T03:00:00Z",
      "2026-03-08T07:01:00.000Z",
      "in that in which they are put forward",
    ],
  ])("%s, said %s: %s, %s", (words, said, until) => {
    expect(momentOf(words, new Date(said), "Asia/Tokyo")).toBe(until);
  });
});

test("anything else is not understood", () => {
  for (const words of [
    "",
    "soon",
    "25:99 XM",
    "Foo 1st, 2026 9:00 AM",
    "3am (Nowhere/Land)",
    "3 months",
    "12:19 PM or so",
  ])
    expect(momentOf(words, new Date(0))).toBeUndefined();
});

test.each([
  ["You’ve hit your usage limit. Visit https://x to purchase more credits or try again at 12:19 PM.", "12:19 PM"],
  ["You've hit your usage limit. Try again at Nov 30th, 2026 12:55 AM.", "Nov 30th, 2026 12:55 AM"],
  ["You've hit your session limit · resets 3am (America/New_York)", "3am (America/New_York)"],
  ["You've hit your weekly limit · resets Nov 30, 3pm (UTC) · progress saved", "Nov 30, 3pm (UTC)"],
  ["Claude usage limit reached. Your limit will reset at 3pm (America/Santiago).", "3pm (America/Santiago)"],
  ["You have exhausted your capacity on this model. Your quota will reset after 3h28m5s.", "3h28m5s"],
  ["Rate limit reached. Please try again in 1.5s.", "1.5s"],
  ["Please retry in 34.07s", "34.07s"],
  ["try again in 3 days 4 hours 12 minutes.", "3 days 4 hours 12 minutes"],
  ["try again later", undefined],
  ["It resets nothing at 3pm", undefined],
])("in %s it is %s", (text, words) => {
  expect(againIn(text)).toBe(words);
});

/** The process table: as ps tells it, and as this machine does. */
import { expect, test } from "vitest";

import { ownId, startTime } from "../src/process/id.ts";
import { clockText, fromPsText, processTable } from "../src/process/table.ts";

test("times of ps are days, hours, minutes and seconds", () => {
  expect([clockText("03:04"), clockText("1-02:03:04"), clockText("0:01.50")]).toEqual([184_000, 93_784_000, 1_500]);
});

test("a line of ps is a process, with the variables that were asked for; a zombie is none", () => {
  const text =
    "  501   1 501 0 Ss 0:01.50 02:00 Sat Nov 21 20:35:01 2026 node x.js MARK=a-1 OTHER=b\n" +
    "  502 501 502 0 Z+ 0:00.00 01:00 Sat Nov 21 20:36:01 2026 (node)\n\n";
  expect(fromPsText(text, 200_000, ["MARK"])).toEqual([
    {
      pid: 501,
      ppid: 1,
      group: 501,
      session: 0,
      start: String(new Date("Sat Nov 21 20:35:01 2026").getTime() / 1000),
      began: 80_000,
      cpu: 1_500,
      variables: { MARK: "a-1" },
    },
  ]);
});

test("the table has this process, with its start as its identity has it", () => {
  const own = processTable(["PATH"]).find(({ pid }) => pid === process.pid);
  expect(own).toMatchObject({ ppid: process.ppid, start: ownId().start });
  expect(startTime(process.pid)).toBe(own?.start);
});

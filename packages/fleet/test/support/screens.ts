/** Screens as people see them, at three widths, with and without colour: files beside the test, which are to be looked at. */
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";

import { printable } from "@fleet/kit/printable";
import { widthOf } from "@fleet/kit/width";

import type { Screen } from "../../src/cli/screens/tasks-table.ts";
import { colours } from "../../src/cli/style.ts";

/** In whatever zone this runs. */
export const NOW = new Date(2026, 10, 29, 14, 25).getTime();
export const MINUTE = 60_000;
export const ago = (minutes: number): string => new Date(NOW - minutes * MINUTE).toISOString();

export const hues = (plain: boolean): Screen["c"] =>
  colours({
    env: plain ? { NO_COLOR: "1" } : { CLICOLOR_FORCE: "1" },
    isTerminal: { stdin: true, stdout: true, stderr: true },
  });

export interface Shown {
  readonly lines: (screen: Screen) => readonly string[];
  /** Commands, which are there to be copied: they are not wrapped. */
  readonly copied?: RegExp;
  /** It has no colours. */
  readonly plain?: true;
}

/** One snapshot for each width; another with colour, which changes nothing else. */
export function fitting(screens: Readonly<Record<string, Shown>>): void {
  describe.each(Object.entries(screens))("the screen %s", (name, { lines, copied, plain: isPlain }) => {
    it.each([80, 100, 160])("fits %i columns, and colour does not change that", async (width) => {
      const drawn = (plain: boolean): string[] =>
        lines({ c: hues(plain), width, now: NOW })
          .flatMap((line) => line.split("\n"))
          .map(printable);
      const [plain, coloured] = [drawn(true), drawn(false)];
      expect(plain.filter((line) => widthOf(line) > width && copied?.test(line) !== true)).toEqual([]);
      expect(coloured.join("").includes("\u001b[")).toBe(isPlain !== true);
      expect(coloured.map(stripVTControlCharacters)).toEqual(plain);
      await expect(`${plain.join("\n")}\n`).toMatchFileSnapshot(`../screens/${name}.${width}.txt`);
      if (isPlain !== true)
        await expect(`${coloured.join("\n").replaceAll("\u001b", "␛")}\n`).toMatchFileSnapshot(
          `../screens/${name}.${width}.colour.txt`,
        );
    });
  });
}

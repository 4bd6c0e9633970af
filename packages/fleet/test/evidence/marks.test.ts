/** How files look, bounded in size; and whether two looks show the same. */
import { mkdtempSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";

import { isSame, Marker, treeMark } from "../../src/attempts/evidence/marks.ts";

function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), "fleet-marks-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

it.each<[what: string, then: string, now: string, same: boolean]>([
  ["nothing changed", "4:1:100644:aa", "4:1:100644:aa", true],
  ["touched", "4:1:100644:aa", "4:2:100644:aa", true],
  ["other content at the same time", "4:1:100644:aa", "4:1:100644:bb", false],
  ["another mode", "4:1:100644:aa", "4:1:100755:aa", false],
  ["one look did not read it, the time is the same", "4:1:100644:aa", "4:1:100644", true],
  ["one look did not read it, the time is another", "4:1:100644", "4:2:100644:aa", false],
  ["neither read it, the time is another", "4:1:100644", "4:2:100644", false],
  ["it came", "", "4:1:100644:aa", false],
  ["it went", "4:1:100644", "", false],
  ["it is not there either time", "", "", true],
])("%s", (_what, then, now, same) => {
  expect(isSame(then, now)).toBe(same);
});

it("short files and links have their content in the mark, long ones and what is no file have not; nothing is waited for", () => {
  const dir = tempDir();
  const path = (name: string): string => join(dir, name);
  writeFileSync(path("short"), "x");
  writeFileSync(path("long"), "");
  truncateSync(path("long"), 3 * 1024 ** 3);
  symlinkSync("/dev/zero", path("link"));
  const parts = (name: string): number => new Marker().mark(path(name)).split(":").length;
  expect(["short", "link", "long", "."].map(parts)).toEqual([4, 4, 3, 3]);
  expect(new Marker().mark(path("none"))).toBe("");
});

it("a look reads so much of all files together, and knows the others by their time", () => {
  const dir = tempDir();
  const marker = new Marker(10);
  const read = (name: string): boolean => {
    writeFileSync(join(dir, name), "12345");
    utimesSync(join(dir, name), 1, 1);
    return marker.mark(join(dir, name)).split(":").length === 4;
  };
  expect(["a", "b", "c"].map(read)).toEqual([true, true, false]);
});

it("a tree of which one look has read less is the same by the times of its files", () => {
  const dir = tempDir();
  const path = join(dir, "f");
  const treeBy = (marker: Marker): string => {
    marker.mark(join(dir, "first"));
    const files = [["f", marker.mark(path)]] as const;
    return treeMark("head", files, files, !marker.isSpent);
  };
  writeFileSync(join(dir, "first"), "12345");
  writeFileSync(path, "one\n");
  utimesSync(path, 1, 1);
  const before = treeBy(new Marker());
  expect(isSame(before, treeBy(new Marker(5)))).toBe(true);
  writeFileSync(path, "two\n");
  expect(isSame(before, treeBy(new Marker(5)))).toBe(false);
  // Where both have read it, by its content.
  writeFileSync(path, "one\n");
  expect(isSame(before, treeBy(new Marker()))).toBe(true);
});

/** Directories by their real names: who gives no answer holds up nobody else. */
import { expect, it } from "vitest";

import type { RealDirectory } from "@fleet/kit/process/real-directory";

import { RealNames } from "../../src/engine/shell/observe/real-names.ts";

/** A disk whose answers come when the test says so. */
class Disk {
  readonly asked: string[] = [];
  readonly #waiting = new Map<string, (found: RealDirectory) => void>();

  readonly ask = async (path: string): Promise<RealDirectory> => {
    this.asked.push(path);
    return await new Promise((resolve) => this.#waiting.set(path, resolve));
  };

  async answers(path: string, found: RealDirectory): Promise<void> {
    this.#waiting.get(path)?.(found);
    await new Promise(setImmediate);
  }
}

it("a directory that gives no answer has no name and holds up no other; it is asked again, and named once it answers", async () => {
  const disk = new Disk();
  let now = 0;
  const names = new RealNames(() => now, disk.ask);
  expect(["/link", "/dead", "/link", ""].map(names.of)).toEqual([undefined, undefined, undefined, ""]);
  expect(disk.asked).toEqual(["/link", "/dead"]);

  await disk.answers("/link", { kind: "directory", path: "/real" });
  expect([names.of("/link"), names.of("/dead"), names.version]).toEqual(["/real", undefined, 1]);
  await disk.answers("/dead", { kind: "slow", why: "20 s" });
  expect([names.silent, names.version, names.of("/dead")]).toEqual([["/dead"], 2, undefined]);
  expect(disk.asked).toEqual(["/link", "/dead", "/dead"]);
  await disk.answers("/dead", { kind: "gone" });
  expect([names.of("/dead"), names.silent]).toEqual(["/dead", []]);

  now = 61_000;
  expect(names.of("/link")).toBe("/real");
  await disk.answers("/link", { kind: "directory", path: "/moved" });
  expect(names.of("/link")).toBe("/moved");
});

it("a machine that is short of processes is asked again", async () => {
  let answer = async (): Promise<RealDirectory> => await Promise.reject(new Error("EAGAIN"));
  const names = new RealNames(
    () => 0,
    async () => await answer(),
  );
  expect(names.of("/p")).toBeUndefined();
  await new Promise(setImmediate);
  expect(names.version).toBe(1);
  answer = async () => await Promise.resolve({ kind: "directory", path: "/p" });
  expect(names.of("/p")).toBeUndefined();
  await new Promise(setImmediate);
  expect(names.of("/p")).toBe("/p");
});

/** Directories by their real names: who gives no answer holds up nobody else. */
import { expect, it } from "vitest";

import type { RealDirectory } from "@fleet/kit/process/real-directory";

import { QueueSeen, withTree } from "../../src/engine/shell/observe/queue-seen.ts";
import { type Name, RealNames } from "../../src/engine/shell/observe/real-names.ts";
import { DEFAULTS } from "../../src/settings/defaults.ts";
import { Fleet } from "../support/fleet.ts";
import { attemptOf } from "../support/world.ts";

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

it("a directory that does not respond has no name and delays no other; it is retried, and named once it responds", async () => {
  const disk = new Disk();
  let now = 0;
  const names = new RealNames(() => now, disk.ask);
  const [asked, silent] = [{ kind: "asked" }, { kind: "silent" }] as const;
  const known = (real: string): Name => ({ kind: "known", real, tree: real });
  expect(["/link", "/dead", "/link", ""].map(names.of)).toEqual([asked, asked, asked, known("")]);
  expect(disk.asked).toEqual(["/link", "/dead"]);

  await disk.answers("/link", { kind: "directory", path: "/real", tree: "/real" });
  expect([names.of("/link"), names.of("/dead"), names.version]).toEqual([known("/real"), asked, 1]);
  await disk.answers("/dead", { kind: "slow", why: "20 s" });
  expect([names.silent, names.version, names.of("/dead")]).toEqual([["/dead"], 2, silent]);
  expect(disk.asked).toEqual(["/link", "/dead", "/dead"]);
  await disk.answers("/dead", { kind: "gone" });
  expect([names.of("/dead"), names.silent]).toEqual([known("/dead"), []]);

  now = 61_000;
  expect(names.of("/link")).toEqual(known("/real"));
  await disk.answers("/link", { kind: "directory", path: "/moved", tree: "/moved" });
  expect(names.of("/link")).toEqual(known("/moved"));
});

it("a machine that is short of processes is asked again", async () => {
  let answer = async (): Promise<RealDirectory> => await Promise.reject(new Error("EAGAIN"));
  const names = new RealNames(
    () => 0,
    async () => await answer(),
  );
  expect(names.of("/p")).toEqual({ kind: "asked" });
  await new Promise(setImmediate);
  expect(names.version).toBe(1);
  answer = async () => await Promise.resolve({ kind: "directory", path: "/p", tree: "/p" });
  expect(names.of("/p")).toEqual({ kind: "asked" });
  await new Promise(setImmediate);
  expect(names.of("/p")).toEqual({ kind: "known", real: "/p", tree: "/p" });
});

it("a task in a directory that does not answer is in the queue, and says so; one that was just asked says nothing", async () => {
  await using fleet = await Fleet.make();
  const names = new Map<string, Name>([
    ["/asked", { kind: "asked" }],
    ["/silent", { kind: "silent" }],
    ["/link", { kind: "known", real: "/real", tree: "/" }],
  ]);
  for (const cwd of names.keys()) await fleet.task(cwd, "true", { cwd });
  const of = (path: string): Name => names.get(path) ?? { kind: "asked" };
  const { tasks } = new QueueSeen(fleet.store.gitDir).look(fleet.store.snapshot(), DEFAULTS, 0, {
    names: { version: 0, of },
    tripped: { coders: {}, dirs: { "/silent": 0 } },
    attempts: [],
    sources: { version: 0, of: () => ({ kind: "possible" }), only: () => undefined },
  });
  const seen = tasks.map(({ cwd, tree, silent }) => [cwd, [tree, silent === true]] as const);
  expect(new Map(seen)).toEqual(
    new Map([
      ["/silent", [undefined, true]],
      ["/real", ["/", false]],
    ]),
  );
});

it("an attempt counts where its record says that it works, else in the working tree of its directory, once that is known", () => {
  const at = attemptOf({ kind: "unseen" }, { cwd: "/link" });
  const of = (name: Name) => ({ version: 0, of: () => name });
  const known: Name = { kind: "known", real: "/real/api", tree: "/real" };
  expect(withTree(at, of(known))).toMatchObject({ cwd: "/real/api", tree: "/real" });
  expect(withTree(at, of({ kind: "asked" }))).toEqual(at);
  const recorded = { ...at, place: { path: "/top", git: true } };
  expect(withTree(recorded, of({ kind: "asked" }))).toEqual({ ...recorded, tree: "/top" });
});

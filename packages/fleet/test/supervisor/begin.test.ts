/** A supervisor on a machine that is short of something before its first turn: it waits, listens, and loses no setting. */
import fs, { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";

import { ShortageError } from "@fleet/kit/shortage";

import type { Handover } from "../../src/engine/core/stopping.ts";
import { begin } from "../../src/engine/shell/loop/begin.ts";
import { TakeUp } from "../../src/engine/shell/loop/take-up.ts";
import { acceptedConfig } from "../../src/settings/commit.ts";
import { ConfigWatch } from "../../src/settings/file.ts";
import { configPath } from "../../src/settings/place.ts";
import { Fleet } from "../support/fleet.ts";
import { contextOf } from "../support/observed.ts";

describe("a supervisor that gets no threads", () => {
  const SELF = { pid: 1, process: "1", since: "2030-01-01T00:00:00Z", version: "1" };

  /** `says`: what is said of it, look by look; after that it gets its threads. */
  async function begun(says: readonly { readonly interrupts?: number; readonly handover?: Handover }[]) {
    const home = mkdtempSync(join(tmpdir(), "fleet-begin-"));
    onTestFinished(() => rmSync(home, { recursive: true }));
    let at = -1;
    const said: string[] = [];
    const short = (error: unknown): boolean => said.push(String(error)) > 0;
    const controls = {
      interrupts: () => says[at]?.interrupts ?? 0,
      handover: () => says[at]?.handover,
      woken: () => AbortSignal.abort(),
    };
    const end = await begin({ home, short }, controls, SELF, async () => ++at >= says.length);
    return { end, said };
  }

  it("says so once, and begins when it gets them", async () => {
    const { end, said } = await begun([{}, {}, {}]);
    expect(end).toEqual({ kind: "ready" });
    expect(said).toEqual([expect.stringContaining("the supervisor has no threads yet")]);
  });

  it("ends at a signal from outside, and when it is replaced, with what it would have said otherwise", async () => {
    const why = { kind: "signal", signal: "SIGTERM" } as const;
    expect((await begun([{}, { handover: why }])).end).toEqual({ kind: "handed-over", why });
    expect((await begun([{ handover: { kind: "asked" } }])).end).toMatchObject({ why: { kind: "asked" } });
  });

  it("ends when a person stops it", async () => {
    expect((await begun([{}, { interrupts: 1 }])).end).toEqual({ kind: "stopped" });
  });
});

it("commits settings in a later turn that could not be committed for a shortage", async () => {
  await using fleet = await Fleet.make();
  const met: string[] = [];
  const short = (error: unknown, about: string): boolean => error instanceof ShortageError && met.push(about) > 0;
  const watch = new ConfigWatch(fleet.home);
  const settings = new TakeUp(contextOf(fleet, { short }), watch);
  await settings.look();
  writeFileSync(configPath(fleet.home), "max_concurrent: 17\n");
  vi.spyOn(fleet.store, "transact").mockRejectedValueOnce(new ShortageError("processes", "git"));
  await settings.look();
  expect(watch.config.max_concurrent).toBe(17);
  expect(met).toEqual(["commit config.yaml"]);
  expect(acceptedConfig(fleet.store)?.max_concurrent).not.toBe(17);
  await settings.look();
  expect(acceptedConfig(fleet.store)?.max_concurrent).toBe(17);
  expect(fleet.journal()).toContain("config reloaded");
});

it("takes a config.yaml for which no descriptor was left for no bad one, and reads it in a later turn", () => {
  const home = mkdtempSync(join(tmpdir(), "fleet-begin-"));
  onTestFinished(() => rmSync(home, { recursive: true }));
  writeFileSync(configPath(home), "max_concurrent: 17\n");
  const watch = new ConfigWatch(home);
  const { openSync } = fs;
  fs.openSync = () => {
    throw Object.assign(new Error("EMFILE: too many open files, open"), { code: "EMFILE", syscall: "open" });
  };
  syncBuiltinESMExports();
  try {
    expect(() => watch.look()).toThrow(/too many files are open/);
  } finally {
    fs.openSync = openSync;
    syncBuiltinESMExports();
  }
  expect(watch.problems).toEqual([]);
  expect(watch.look()).toMatchObject({ kind: "changed", config: { max_concurrent: 17 } });
});

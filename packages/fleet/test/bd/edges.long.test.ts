/** Every command that is named about dependencies, pasted into a shell. */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { initialized, type World } from "./world.ts";
import { row, on, ok, change, loop } from "./edge-world.ts";

describe("every command that is named works when it is pasted into a shell", () => {
  function shell(world: World): (command: string) => void {
    const bin = join(world.root, "bin");
    mkdirSync(bin);
    const fleet = join(import.meta.dirname, "../../dist/fleet.js");
    writeFileSync(join(bin, "fleet"), `#!/bin/sh\nexec "${process.execPath}" "${fleet}" "$@"\n`);
    chmodSync(join(bin, "fleet"), 0o755);
    const env = {
      PATH: `${bin}:${process.env["PATH"] ?? ""}`,
      HOME: world.home,
      FLEET_HOME: world.fleetHome,
      EDITOR: "true",
    };
    return (command) =>
      void execFileSync("sh", ["-c", command], { env, cwd: world.dir, stdio: ["ignore", "ignore", "pipe"] });
  }
  interface Doctor {
    readonly overall_ok: boolean;
    readonly checks: readonly {
      readonly name: string;
      readonly status: string;
      readonly message: string;
      readonly fix?: string;
    }[];
  }
  async function doctor(world: World): Promise<Doctor> {
    const answer: Doctor = JSON.parse((await world.bd(["doctor", "--json"])).stdout);
    return answer;
  }

  test("by doctor: edges, holds, cycles, claims; each is fixed by its own command", async () => {
    using world = await initialized();
    const closed = row({ id: "tt-done", status: "closed", closed_at: "2026-01-01T00:00:00Z" });
    await world.bd(["import", "-", "--trust"], { stdin: closed });
    await world.bd(["import", "-", "--trust"], {
      stdin: [
        row({ id: "tt-a", dependencies: [on("tt-a", "zz-9")] }),
        row({ id: "tt-b", dependencies: [on("tt-b", "tt-none")] }),
        row({ id: "tt-c", status: "in_progress" }),
        row({ id: "tt-d", dependencies: [on("tt-d", "abc", "related")] }),
        row({ id: "tt-e", status: "in_progress", assignee: "bob" }),
        row({ id: "tt-done", priority: 9 }),
        row({ id: "tt-f", dependencies: [on("tt-f", "tt-done")] }),
        row({ id: "tt-l" }),
        row({ id: "tt-w", dependencies: [on("tt-w", "$(touch pwned); a 'b'")] }),
        row({ id: "tt-p" }),
        row({ id: "tt-k", dependencies: [on("tt-k", "tt-p", "parent-child")] }),
      ].join(""),
    });
    loop(world, "tt-p", "tt-k");
    // An attempt's own, of which an earlier version left the name.
    change(world, "tt-l", { assignee: "claude/3f1a", metadata: { fleet: { attempts: 1 } } });
    const { checks } = await doctor(world);
    const wrong = checks.filter(({ status }) => status !== "ok");
    expect(new Set(wrong.map(({ name }) => name))).toEqual(new Set(["edge", "hold", "cycle", "claim"]));
    expect(await ok(world, "dep", "cycles")).toContain("fleet bd dep remove tt-p tt-k");
    expect(await world.bd(["graph", "check"])).toMatchObject({ exit: 1 });
    expect(await ok(world, "blocked")).toContain("⚠ Cycle: tt-k → tt-p → tt-k");
    expect(wrong.map(({ message }) => message)).toContain(
      "tt-l is open, and assigned to claude/3f1a, an attempt that has ended",
    );
    const run = shell(world);
    for (const { fix = "false" } of wrong) run(fix);
    expect((await doctor(world)).overall_ok).toBe(true);
    expect(existsSync(join(world.dir, "pwned"))).toBe(false);
  });

  test("by a refusal that names one", async () => {
    using world = await initialized();
    const run = shell(world);
    for (const id of ["tt-a", "tt-b", "tt-p"]) await ok(world, "create", id, "--id", id);
    await ok(world, "create", "K", "--parent", "tt-p");
    await ok(world, "dep", "add", "tt-a", "tt-b");
    await ok(world, "dep", "add", "tt-b", "tt-p.1");
    for (const argv of [
      ["create", "N", "--deps", "tt-nope"],
      ["create", "N", "--id", "tt-a"],
      ["dep", "add", "tt-a", "tt-b", "--type", "related"],
      ["dep", "add", "tt-p", "tt-b"],
      ["show", "tt-none"],
    ]) {
      const { exit, stderr } = await world.bd(argv);
      expect(exit).toBe(1);
      const hint = /^Hint: (fleet .*)$/m.exec(stderr)?.[1];
      if (argv[0] !== "show") expect(hint, argv.join(" ")).toBeDefined();
      if (hint !== undefined) run(hint);
    }
    // What the loop's command has opened is accepted.
    await ok(world, "dep", "add", "tt-p", "tt-b");
  });
});

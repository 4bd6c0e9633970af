/** What an old Node says. The real ones are tried by scripts/pack-smoke.mjs; here one pretends. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it } from "vitest";

import { FLEET } from "../support/fleet.ts";

let dir = "";
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), "fleet-node-"))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function run(version: string) {
  const pretend = join(dir, "pretend.cjs");
  const versions = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });`;
  writeFileSync(pretend, `${versions}\nif (${version.startsWith("18")}) process.getBuiltinModule = undefined;\n`);
  const env = { ...process.env, NODE_OPTIONS: undefined, FLEET_HOME: join(dir, "home") };
  return spawnSync(process.execPath, ["-r", pretend, FLEET, "--version"], { encoding: "utf8", env });
}

it.each(["18.20.8", "20.18.3", "21.7.3", "22.11.0"])("Node %s gets one line that says what is needed", (version) => {
  const { status, stdout, stderr } = run(version);
  expect({ status, stdout, stderr }).toEqual({
    status: 1,
    stdout: "",
    stderr: `fleet needs Node 20.19, 22.12 or newer; this is ${version} (${process.execPath}).\n`,
  });
});

it.each(["20.19.0", "22.12.0", "23.0.0", "24.1.0", "25.0.0"])("Node %s runs it", (version) => {
  expect(run(version)).toMatchObject({ status: 0, stderr: "" });
});

it("the file that Node starts has no syntax newer than ES2018", () => {
  // `?.`, `??` and `catch {` as the minifier writes them.
  expect(readFileSync(FLEET, "utf8")).not.toMatch(/\w\?\.[\w[(]|\?\?|catch\{/);
});

/** What the built command keeps of its own code: used, made again when it can't be, and never in anybody's way. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { FLEET } from "../support/fleet.ts";

let dir = "";
let dist = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "fleet-start-"));
  dist = join(dir, "dist");
  // Without what it has kept: other tests run it, and a file may go between its listing and its copying.
  const kept = join(dirname(FLEET), "code");
  cpSync(dirname(FLEET), dist, { recursive: true, filter: (from) => from !== kept });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const code = (): string => join(dist, "code");
const kept = (): string[] => (existsSync(code()) ? readdirSync(code()) : []);

function fleet(...args: string[]): { status: number | null; out: string } {
  const env = { ...process.env, FLEET_HOME: join(dir, "no-home"), NODE_OPTIONS: undefined };
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(dist, "fleet.js"), ...args], {
    encoding: "utf8",
    env,
  });
  return { status, out: stdout + stderr };
}

function file(): string {
  const [name, ...others] = kept();
  expect(others).toEqual([]);
  return join(code(), name ?? "");
}

test("keeps the running ones, by their command, and creates no home", () => {
  const first = fleet("bd", "version");
  expect(first).toMatchObject({ status: 0, out: expect.stringContaining("bd version") });
  expect(file()).toMatch(/bd-version-v/);
  for (const name of readdirSync(dist))
    if (name.endsWith(".js") && name !== "fleet.js") rmSync(join(dist, name), { recursive: true });
  expect(fleet("bd", "version")).toEqual(first);
  expect(existsSync(join(dir, "no-home"))).toBe(false);
});

test("a few runs add to it, then it stays as it is", () => {
  const seen = Array.from({ length: 7 }, () => {
    fleet("bd", "version");
    return readFileSync(file()).toString("latin1");
  });
  expect(seen[0]).not.toBe(seen[1]);
  expect(seen[5]).toBe(seen[6]);
});

test.each([
  ["empty", () => Buffer.alloc(0)],
  ["cut short", (whole: Buffer) => whole.subarray(0, whole.length - 4000)],
  ["no header", (whole: Buffer) => Buffer.alloc(whole.length, "x")],
  [
    "another build's",
    (whole: Buffer) => Buffer.from(whole.toString("latin1").replace(/"build":"./, '"build":"X'), "latin1"),
  ],
  [
    "another V8's",
    (whole: Buffer) => {
      const text = whole.toString("latin1");
      const start = text.indexOf("\n") + 1;
      const from = Number(/"code":\[(\d+),/.exec(text)?.[1]);
      const bytes = Buffer.from(whole);
      // V8's own header: magic number, version, …
      bytes.fill(0xee, start + from, start + from + 12);
      return bytes;
    },
  ],
])("one that is %s is passed over and made again", (_what, spoil) => {
  const first = fleet("bd", "version");
  const path = file();
  const spoiled = spoil(readFileSync(path));
  writeFileSync(path, spoiled);
  expect(fleet("bd", "version")).toEqual(first);
  expect(readFileSync(file()).equals(spoiled)).toBe(false);
  expect(fleet("bd", "version")).toEqual(first);
});

test("where nothing can be written, it silently writes nothing", () => {
  const told = fleet("bd", "version");
  rmSync(code(), { recursive: true });
  writeFileSync(code(), "a file in the way");
  expect(fleet("bd", "version")).toEqual(told);
  expect(readFileSync(code(), "utf8")).toBe("a file in the way");
});

/** The chunks that are kept, by the header of the file. */
function chunks(path: string): string[] {
  const [header = ""] = readFileSync(path).toString("latin1").split("\n", 1);
  return [...header.matchAll(/"name":"([a-z-]+)-[^"]*"/g)].map(([, name = ""]) => name).sort();
}

test("keeps what other ways of calling the same command need", () => {
  fleet("--help");
  const path = chunks(file());
  fleet("help", "topics");
  const both = chunks(file());
  expect(both).toEqual(expect.arrayContaining(path));
  expect(both.length).toBeGreaterThan(path.length);
  fleet("--help");
  expect(chunks(file())).toEqual(both);
});

test("a status that finds no supervisor is an answer, and kept", () => {
  expect(fleet("status").status).toBe(3);
  expect(kept()).toEqual([expect.stringMatching(/^status-/)]);
});

test("the supervisor's is kept, too", () => {
  fleet("run", "--help");
  expect(kept()).toEqual([expect.stringMatching(/^run-/)]);
});

test("a refusal and free words leave nothing", () => {
  expect(fleet("bd", "show", "nothing-1").status).not.toBe(0);
  fleet("bd", "--json", "version");
  fleet("--version");
  expect(kept()).toEqual([]);
});

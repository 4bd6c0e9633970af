/** The probe, against executables made for the purpose. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Coder } from "../src/coder.ts";
import { declared, readDeclared } from "../src/declared/index.ts";
import { probe, probeAll } from "../src/probe.ts";
import { builtIn } from "../src/registry.ts";

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "probe-"));
  mkdirSync(join(root, "bin/a-directory"), { recursive: true });
  mkdirSync(join(root, "home/.claude"), { recursive: true });
  script("works", 'read line && echo "stdin is open"; echo "works 1.2.3"; echo more');
  script("fails", "echo starting; echo 'library not found' >&2; exit 1");
  // Its child, not itself, holds the pipes: what codex's wrapper does.
  script("hangs", "sleep 60 & wait");
  script("claude", 'echo "2.1.328 (Claude Code)"');
  writeFileSync(join(root, "bin/plain-file"), "", { mode: 0o644 });
});
afterAll(() => rmSync(root, { recursive: true }));

function script(name: string, body: string): void {
  writeFileSync(join(root, "bin", name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}

function coder(file: string): Coder {
  const read = readDeclared(file, { argv: [file], prompt: "stdin", install: "install it" });
  if (!read.ok) throw new Error(read.problems.join("\n"));
  return declared(file, read.written);
}

const env = () => ({ PATH: `${join(root, "bin")}:/usr/bin:/bin` });
const home = () => join(root, "home");

test("found: the first line it prints, without an open standard input", async () => {
  expect(await probe(coder("works"), env(), home())).toEqual({
    kind: "found",
    path: join(root, "bin/works"),
    version: "works 1.2.3",
    signedIn: "unknown",
  });
});

test("missing: not there, a directory, not executable, no PATH", async () => {
  const missing = { kind: "missing", install: "install it" };
  for (const name of ["nowhere", "a-directory", "plain-file"]) {
    expect(await probe(coder(name), env(), home())).toEqual(missing);
  }
  expect(await probe(coder("works"), {}, home())).toEqual(missing);
});

test("broken: says why", async () => {
  const path = join(root, "bin/fails");
  expect(await probe(coder("fails"), env(), home())).toEqual({ kind: "broken", path, reason: "library not found" });
});

test("broken: no answer in time, and nothing stays behind", async () => {
  const before = Date.now();
  const answer = await probe(coder("hangs"), env(), home(), 300);
  expect(answer).toEqual({ kind: "broken", path: join(root, "bin/hangs"), reason: "no answer in 0.3 s" });
  expect(Date.now() - before).toBeLessThan(5_000);
});

test("one that is broken leaves the others alone", async () => {
  const thrower: Coder = {
    ...coder("works"),
    name: "thrower",
    signIn: () => {
      throw new Error("no idea");
    },
  };
  const all = await probeAll([coder("fails"), thrower, coder("works")], env(), home());
  expect([...all].map(([name, { kind }]) => [name, kind])).toEqual([
    ["fails", "broken"],
    ["thrower", "broken"],
    ["works", "found"],
  ]);
});

test("a coder's own variables are its own", async () => {
  const claude = builtIn.get("claude");
  if (claude === undefined) throw new Error("not in the registry");
  const own = { claude: { CLAUDE_CODE_OAUTH_TOKEN: "x" }, works: { PATH: "/nowhere" } };
  const all = await probeAll([claude, coder("works"), coder("fails")], env(), home(), own);
  expect(all.get("claude")).toMatchObject({ kind: "found", signedIn: "yes", how: "CLAUDE_CODE_OAUTH_TOKEN" });
  expect(all.get("works")).toMatchObject({ kind: "missing" });
  expect(all.get("fails")).toMatchObject({ kind: "broken" });
});

test("signed in by a variable, by a file, not at all, or without need", async () => {
  const claude = builtIn.get("claude");
  const shell = builtIn.get("shell");
  if (claude === undefined || shell === undefined) throw new Error("not in the registry");
  const how = async (more: Record<string, string>) => {
    const found = await probe(claude, { ...env(), ...more }, home());
    return found.kind === "found" ? [found.version, found.signedIn, found.how] : [found.kind];
  };
  const none = process.platform === "darwin" ? "unknown" : "no";
  expect(await how({})).toEqual(["2.1.328 (Claude Code)", none, undefined]);
  expect(await how({ ANTHROPIC_API_KEY: "x" })).toEqual(["2.1.328 (Claude Code)", "yes", "ANTHROPIC_API_KEY"]);
  const file = join(home(), ".claude/.credentials.json");
  writeFileSync(file, "{}");
  expect(await how({})).toEqual(["2.1.328 (Claude Code)", "yes", file]);
  expect(await probe(shell, env(), home())).toMatchObject({
    kind: "found",
    signedIn: "not needed",
    version: "POSIX sh",
  });
});

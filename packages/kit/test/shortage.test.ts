/** What the machine is short of, told apart from every other refusal, and survived. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { afterAll, expect, test } from "vitest";

import { DiskError, diskTrouble } from "../src/errors.ts";
import { replaceFile } from "../src/files.ts";
import { linkTo } from "../src/links.ts";
import { shortageInText, shortageOf } from "../src/shortage.ts";

const root = mkdtempSync(join(tmpdir(), "kit-shortage-"));
afterAll(() => rmSync(root, { recursive: true }));

const systemError = (code: string, syscall: string): Error => Object.assign(new Error(code), { code, syscall });

test("a shortage is known by its code, through the errors that wrap it", () => {
  const full = diskTrouble(systemError("ENOSPC", "write"), "/x");
  expect(full).toBeInstanceOf(DiskError);
  expect([
    shortageOf(systemError("EAGAIN", "spawn git")),
    shortageOf(systemError("EMFILE", "open")),
    shortageOf(new Error("it failed", { cause: systemError("ENOMEM", "spawn git") })),
    shortageOf(full),
    shortageInText("fatal: unable to create thread: Resource temporarily unavailable"),
  ]).toEqual(["processes", "files", "memory", "disk", "processes"]);
  expect([
    shortageOf(systemError("EAGAIN", "read")),
    shortageOf(systemError("ENOENT", "open")),
    shortageOf(diskTrouble(systemError("EACCES", "open"), "/x")),
    shortageOf(undefined),
  ]).toEqual([undefined, undefined, undefined, undefined]);
});

test("a program that can't be started for want of descriptors is a typed error, and the process lives on", async () => {
  const [entry, script] = [join(root, "entry.mjs"), join(root, "run.mjs")];
  const source = `
    import { closeSync, openSync } from "node:fs";
    import { runProgram } from ${JSON.stringify(fileURLToPath(new URL("../src/process/run.ts", import.meta.url)))};
    const open = [];
    try { for (;;) open.push(openSync("/dev/null")); } catch {}
    const said = [];
    for (let free = 0; free <= 24; free++) {
      const ran = await runProgram({ file: "true", args: [], cwd: "/", env: process.env }).catch((error) => error.code);
      said.push(ran.kind ?? ran);
      closeSync(open.pop());
    }
    console.log([...new Set(said)].join(" "));`;
  writeFileSync(entry, source);
  const bundle = await rolldown({ input: entry, platform: "node" });
  await bundle.write({ file: script, format: "esm", codeSplitting: false });
  const limited = ["-c", `ulimit -n 80; exec "$0" "$1"`, process.execPath, script];
  const { stdout, stderr } = spawnSync("sh", limited, { encoding: "utf8" });
  expect({ stdout, stderr }).toEqual({ stdout: "files ended\n", stderr: "" });
});

test("no temporary file is left where a file or a link can't be put in place", () => {
  const dir = join(root, "taken");
  mkdirSync(join(dir, "file"), { recursive: true });
  writeFileSync(join(dir, "file", "inside"), "");
  expect(() => replaceFile(join(dir, "file"), "x")).toThrow(DiskError);
  expect(() => linkTo("/elsewhere", join(dir, "file"))).toThrow(DiskError);
  expect(() => linkTo("/elsewhere", join(root, "nowhere", "link"))).toThrow(/ENOENT|nothing was written/);
  expect(readdirSync(dir)).toEqual(["file"]);
});

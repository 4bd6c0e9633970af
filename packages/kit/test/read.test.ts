/** Bounded reading and writing: whatever stands in a file's place, the answer comes at once. */
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, test } from "vitest";

import { DiskError } from "../src/errors.ts";
import { createExclusive, replaceFile, writeDerived } from "../src/files.ts";
import { appendText } from "../src/in-place.ts";
import { writeGiven } from "../src/given.ts";
import { parseJson, readJson, tooDeepAt } from "../src/json.ts";
import { appendJsonLine, jsonLines } from "../src/lines.ts";
import { isOfKernel } from "../src/kernel-files.ts";
import { MIB, openRegular, readBounded, readBytesOf, readEnd, readText } from "../src/read.ts";

function temporary(): string {
  const dir = mkdtempSync(join(tmpdir(), "fleet-kit-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

const fifo = (path: string): void => void execFileSync("mkfifo", [path]);

test.runIf(process.platform === "linux")(
  "a file of the kernel that refuses to be read is unreadable, in whatever code",
  () => {
    expect(readBounded("/proc/self/clear_refs")).toEqual({ kind: "unreadable", why: "the system answers EINVAL" });
    expect([isOfKernel("/proc/self"), isOfKernel(tmpdir()), isOfKernel("/nowhere")]).toEqual([true, false, false]);
  },
);

describe("what is not a regular file is unreadable, and is not waited for", () => {
  it.each<[what: string, make: (path: string) => void, why: RegExp]>([
    ["a FIFO that nobody writes to", fifo, /a FIFO/],
    ["a directory", (path) => mkdirSync(path), /a directory/],
    ["a symbolic link to a file", (path) => symlinkSync("/etc/hostname", path), /a symbolic link/],
    ["a symbolic link to nothing", (path) => symlinkSync("/nowhere", path), /a symbolic link/],
    ["a link to a device without an end", (path) => symlinkSync("/dev/zero", path), /a symbolic link/],
    ["a large file", (path) => writeFileSync(path, Buffer.alloc(MIB + 1)), /more than 1048576 bytes/],
  ])("%s", (_what, make, why) => {
    const path = join(temporary(), "record.json");
    make(path);
    const read = readBounded(path);
    expect(read.kind === "unreadable" ? read.why : read.kind).toMatch(why);
    expect(() => readText(path)).toThrow(DiskError);
    expect(() => readJson(path)).toThrow(why);
  });

  it("a socket", async () => {
    const path = join(temporary(), "record.json");
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(path, resolve);
    });
    onTestFinished(() => {
      server.close();
    });
    expect(readBounded(path)).toMatchObject({ kind: "unreadable", why: /a socket/ });
  });

  it("a device without an end, reached by a link that is followed", () => {
    const path = join(temporary(), "record.json");
    symlinkSync("/dev/zero", path);
    expect(readBounded(path, { links: "follow" })).toMatchObject({ kind: "unreadable", why: /a device/ });
  });
});

test("a file that is not there is absent, and so is one below a file", () => {
  const dir = temporary();
  writeFileSync(join(dir, "file"), "x");
  expect(readBounded(join(dir, "none"))).toEqual({ kind: "absent" });
  expect(readText(join(dir, "file", "below"))).toBeUndefined();
  expect(readEnd(join(dir, "none"), 10)).toBeUndefined();
});

test("a file is read whole, by its beginning, by its end, and through a link where that is asked for", () => {
  const dir = temporary();
  const path = join(dir, "file");
  writeFileSync(path, "one\ntwo\n");
  symlinkSync(path, join(dir, "link"));
  expect(readText(path)).toBe("one\ntwo\n");
  expect(readText(path, { most: 8 })).toBe("one\ntwo\n");
  expect(() => readText(path, { most: 7 })).toThrow("more than 7 bytes");
  expect(readText(join(dir, "link"), { links: "follow" })).toBe("one\ntwo\n");
  expect(readBytesOf(path, "one")?.length).toBe(8);
  expect(readBytesOf(path, "two")).toBeUndefined();
  expect(readEnd(path, 4)).toBe("two\n");
  expect(readEnd(path, 100)).toBe("one\ntwo\n");
});

test("a file that says it has no size, as those of /proc, is read to its end", () => {
  if (process.platform !== "linux") return;
  expect(statSync("/proc/self/stat").size).toBe(0);
  expect(readText("/proc/self/stat")).toContain(String(process.pid));
});

test("a file that is open is the file it was, whatever takes its name", () => {
  const dir = temporary();
  const path = join(dir, "log");
  writeFileSync(path, "old");
  const open = openRegular(path);
  if (open.kind !== "open") throw new Error(open.kind);
  replaceFile(path, "newer");
  expect([open.size(), open.inode === statSync(path).ino]).toEqual([3, false]);
  open.close();
});

describe("writing", () => {
  it("is refused, not waited for, where a FIFO or a link is in the file's place", () => {
    const dir = temporary();
    fifo(join(dir, "fifo"));
    symlinkSync("/etc/hostname", join(dir, "link"));
    expect(() => appendText(join(dir, "fifo"), "x")).toThrow(DiskError);
    expect(() => appendText(join(dir, "link"), "x")).toThrow(DiskError);
  });

  it("replaces as a whole, with the mode it was given, and leaves nothing next to it", () => {
    const dir = temporary();
    const path = join(dir, "deep", "er", "file");
    replaceFile(path, "a");
    replaceFile(path, "b", { mode: 0o755 });
    expect([readText(path), statSync(path).mode & 0o777]).toEqual(["b", 0o755]);
    mkdirSync(join(dir, "taken", "x"), { recursive: true });
    expect(() => replaceFile(join(dir, "taken"), "c")).toThrow(DiskError);
    expect([readdirSync(join(dir, "deep", "er")), readdirSync(dir).sort()]).toEqual([["file"], ["deep", "taken"]]);
  });

  it("creates once; what is not a file is moved out of the way", () => {
    const dir = temporary();
    const path = join(dir, "outcome.json");
    fifo(path);
    expect([createExclusive(path, "first"), createExclusive(path, "second")]).toEqual([true, false]);
    expect(readText(path)).toBe("first");
    expect(readdirSync(dir).filter((name) => name.endsWith(".strange"))).toHaveLength(1);
  });

  it("of derived files never fails", () => {
    const dir = temporary();
    writeFileSync(join(dir, "file"), "");
    writeDerived(join(dir, "file", "cache"), () => "x");
    writeDerived(join(dir, "run", "cache"), () => "x");
    expect(readText(join(dir, "run", "cache"))).toBe("x");
  });

  it("of what a person named keeps the file's mode, follows their link and writes into a device", () => {
    const dir = temporary();
    const path = join(dir, "export.jsonl");
    writeFileSync(path, "old", { mode: 0o640 });
    symlinkSync(path, join(dir, "link"));
    writeGiven(join(dir, "link"), "new");
    expect([readText(path), statSync(path).mode & 0o777]).toEqual(["new", 0o640]);
    writeGiven("/dev/null", "x");
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
    expect(readdirSync(dir).sort()).toEqual(["export.jsonl", "link"]);
  });
});

describe("JSON lines", () => {
  it("a torn line is skipped by who reads, and ended by who writes next", () => {
    const path = join(temporary(), "lines.jsonl");
    writeFileSync(path, '{"n":1}\n{"n":');
    appendJsonLine(path, { n: 3 });
    expect(readFileSync(path, "utf8")).toBe('{"n":1}\n{"n":\n{"n":3}\n');
    expect(jsonLines(readFileSync(path, "utf8"))).toEqual([{ n: 1 }, { n: 3 }]);
  });

  it("what is nested too deeply is not a value, whether in a line or a file", () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    expect([parseJson(deep), jsonLines(`${deep}\n1\n`)]).toEqual([undefined, [1]]);
    expect([tooDeepAt("[[1]]", 2), tooDeepAt("[[[1]]]", 2), tooDeepAt('"[[[[\\"[["', 2)]).toEqual([
      undefined,
      2,
      undefined,
    ]);
  });

  it("a line that is too long is skipped", () => {
    expect(jsonLines(`"${"x".repeat(MIB)}"\n2\n`)).toEqual([2]);
  });
});

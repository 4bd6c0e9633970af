/** Directories copied within bounds, and deleted. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

import { copyWithin, dropTree } from "@fleet/kit/copy";

let room: string;
beforeEach(() => void (room = mkdtempSync(join(tmpdir(), "fleet-copy-"))));
afterEach(() => rmSync(room, { recursive: true, force: true }));

function packages(): string {
  const from = join(room, "from");
  mkdirSync(join(from, "tool"), { recursive: true });
  writeFileSync(join(from, "tool", "run"), "12345", { mode: 0o755 });
  symlinkSync("tool/run", join(from, "link"));
  return from;
}

it("copies what fits, links as the text that they are, and takes it from what is left", async () => {
  const [from, to, allowed] = [packages(), join(room, "deep", "to"), { files: 10, bytes: 100 }];
  expect(await copyWithin(from, to, allowed)).toBe(true);
  expect(readFileSync(join(to, "tool", "run"), "utf8")).toBe("12345");
  expect(readlinkSync(join(to, "link"))).toBe("tool/run");
  expect(allowed).toEqual({ files: 6, bytes: 95 });
  writeFileSync(join(to, "tool", "run"), "another");
  expect(readFileSync(join(from, "tool", "run"), "utf8")).toBe("12345");
});

it.each([
  ["files", { files: 3, bytes: 100 }],
  ["bytes, on a disk that shares none", { files: 10, bytes: 4 }],
])("begins nothing that has too many %s", async (what, allowed) => {
  const [from, to, left] = [packages(), join(room, "to"), { ...allowed }];
  const isCopied = await copyWithin(from, to, left);
  // A disk that can share blocks copies them for nothing.
  if (what.startsWith("bytes") && isCopied) expect(left.bytes).toBe(4);
  else {
    expect(isCopied).toBe(false);
    expect(existsSync(to)).toBe(false);
    expect(left).toEqual(allowed);
  }
  expect(existsSync(`${to}.probe`)).toBe(false);
});

it("deletes read-only files, and skips missing ones", async () => {
  const from = packages();
  chmodSync(join(from, "tool"), 0o555);
  chmodSync(from, 0o555);
  await dropTree(from);
  expect(existsSync(from)).toBe(false);
  await dropTree(from);
});

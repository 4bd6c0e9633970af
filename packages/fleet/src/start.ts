#!/usr/bin/env node
/**
 * What `fleet` starts with: loads the program's chunks, and keeps what V8 made of them in `dist/code/`, so that the next start of
 * the same command compiles nothing: on Node 20 that is 5 of the 17 ms that `ready` takes beside bare node, 9 of `create`'s 44.
 *
 * One file holds what one command loads, sources and all, so that it is read in one go. Functions are compiled when they are
 * first called, and what a run has called is what it leaves behind; so the first few runs each add theirs. It lies beside the
 * code it was made of, not in a home: a build takes it away, a home that is removed is not made again by it. Nothing that goes
 * wrong with it is anybody's trouble: a directory that can't be written, a full disk, another V8 leave the chunks as they are.
 *
 * The build compiles this file for very old Nodes too, so that one of them says in a line which version is needed.
 */
import type * as FileSystem from "node:fs";
import type { Script } from "node:vm";

/** The chunk that is the program, and a digest of all of them; put in by the build. */
declare const FLEET_PROGRAM: string;
declare const FLEET_BUILD: string;

/** By `require`, which every Node has: one that is too old must get as far as saying so. */
const fs: typeof FileSystem = require("fs");

/** So many runs add to what is kept; a run that loaded what was not kept adds it, but no more often than the second. */
const RUNS = 4;
const MOST_RUNS = 16;

interface Loaded {
  readonly name: string;
  /** In the function that it is the body of, so that the next start joins and flattens nothing. */
  readonly source: string;
  readonly script: Script;
}

/** Where in the file a chunk's source and code are, in bytes. */
interface Place {
  readonly name: string;
  readonly source: readonly [from: number, to: number];
  readonly code: readonly [from: number, to: number];
}

interface Kept {
  readonly runs: number;
  readonly bytes: Buffer;
  readonly places: ReadonlyMap<string, Place>;
}

/** The command's own words: those that tell what is loaded. */
function commandOf(invoked: string, args: readonly string[]): string | undefined {
  const words = /(?:^|[\\/])bd$/.test(invoked) ? ["bd", ...args] : args;
  if (words[0] === undefined || words[0] === "--help" || words[0] === "-h") return "help";
  const own = words.slice(0, words[0] === "bd" ? 2 : 1);
  const isPlain = own.length > 0 && own.every((word) => /^[a-z][a-z-]{0,30}$/.test(word));
  return isPlain ? own.join("-") : undefined;
}

/** V8 refuses code made under other flags; those who alternate have a file each. */
function fileOf(command: string): string {
  const flags = `${process.env["NODE_OPTIONS"] ?? ""} ${process.execArgv.join(" ")}`;
  let hash = 0x811c9dc5;
  for (let at = 0; at < flags.length; at++) hash = Math.imul(hash ^ flags.charCodeAt(at), 0x01000193);
  return `${__dirname}/code/${command}-${process.version}-${process.arch}-${(hash >>> 0).toString(16)}`;
}

/** Taken at its word: this build wrote it, whole. */
const isPlaces = (value: unknown): value is Place[] => Array.isArray(value);

/** A header in JSON, its length a multiple of eight (V8 copies code that is not aligned so), then sources and code. */
function read(file: string): Kept | undefined {
  try {
    const bytes = fs.readFileSync(file);
    const end = bytes.indexOf(10);
    const header: unknown = JSON.parse(bytes.toString("latin1", 0, end));
    if (typeof header !== "object" || header === null || Reflect.get(header, "build") !== FLEET_BUILD) return undefined;
    if (Reflect.get(header, "size") !== bytes.length - end - 1) return undefined;
    const places: unknown = Reflect.get(header, "places");
    if (!isPlaces(places)) return undefined;
    return {
      runs: Number(Reflect.get(header, "runs")),
      bytes: bytes.subarray(end + 1),
      places: new Map(places.map((place) => [place.name, place])),
    };
  } catch {
    return undefined;
  }
}

interface Part {
  readonly name: string;
  readonly source: Buffer;
  readonly code: Buffer;
}

/**
 * What this run did not load stays (`tasks` and `tasks --all` are one command, and load different chunks), unless it is more than
 * what it did load: a first `create` makes a home, and all later ones would read what that needed.
 */
function partsOf(kept: Kept | undefined, loaded: readonly Loaded[]): Part[] {
  const parts = loaded.map(({ name, source, script }) => ({
    name,
    source: Buffer.from(source, "latin1"),
    code: script.createCachedData(),
  }));
  if (kept === undefined) return parts;
  const isLoaded = new Set(loaded.map(({ name }) => name));
  const others = [...kept.places.values()]
    .filter(({ name }) => !isLoaded.has(name))
    .map(({ name, source, code }) => ({
      name,
      source: kept.bytes.subarray(...source),
      code: kept.bytes.subarray(...code),
    }));
  return sizeOf(others) > sizeOf(parts) ? parts : [...parts, ...others];
}

const sizeOf = (parts: readonly Part[]): number =>
  parts.reduce((sum, { source, code }) => sum + source.length + code.length, 0);

function write(file: string, runs: number, kept: Kept | undefined, loaded: readonly Loaded[]): void {
  const temporary = `${file}.${process.pid}`;
  let open: number | undefined;
  try {
    try {
      fs.mkdirSync(`${__dirname}/code`);
    } catch {
      // It is there, or opening the file will tell.
    }
    open = fs.openSync(temporary, "wx");
    const parts: Buffer[] = [];
    let size = 0;
    const add = (part: Buffer): [number, number] => {
      const padding = (8 - (part.length % 8)) % 8;
      parts.push(part, Buffer.alloc(padding));
      size += part.length + padding;
      return [size - padding - part.length, size - padding];
    };
    const places = partsOf(kept, loaded).map(({ name, source, code }) => ({
      name,
      source: add(source),
      code: add(code),
    }));
    const header = JSON.stringify({ build: FLEET_BUILD, runs, size, places });
    const padded = `${header.padEnd(Math.ceil((header.length + 1) / 8) * 8 - 1)}\n`;
    fs.writeFileSync(open, Buffer.concat([Buffer.from(padded, "latin1"), ...parts]));
    // Without it a power cut may leave the name with nothing behind it.
    fs.fsyncSync(open);
    fs.renameSync(temporary, file);
  } catch {
    if (open !== undefined) fs.rmSync(temporary, { force: true });
  } finally {
    if (open !== undefined) fs.closeSync(open);
  }
}

function start(): void {
  const { Script } = process.getBuiltinModule("node:vm");
  const [, invoked = "", ...args] = process.argv;
  const command = commandOf(invoked, args);
  const file = command === undefined ? undefined : fileOf(command);
  const kept = file === undefined ? undefined : read(file);
  const modules = new Map<string, { exports: unknown }>();
  const loaded: Loaded[] = [];
  let isAll = kept !== undefined;

  const scriptOf = (name: string): Script => {
    const place = kept?.places.get(name);
    const filename = `${__dirname}/${name}`;
    // Chunks are ASCII, which the build sees to.
    const source =
      kept === undefined || place === undefined
        ? `(function(exports,require,module,__filename,__dirname){${fs.readFileSync(filename, "latin1")}\n})`
        : kept.bytes.toString("latin1", ...place.source);
    const cachedData = place === undefined ? undefined : kept?.bytes.subarray(...place.code);
    const script = new Script(source, {
      filename,
      ...(cachedData === undefined ? {} : { cachedData }),
    });
    if (script.cachedDataRejected !== false) isAll = false;
    loaded.push({ name, source, script });
    return script;
  };
  const load = (id: string): unknown => {
    if (!id.startsWith("./")) return require(id);
    const name = id.slice(2);
    const known = modules.get(name);
    if (known !== undefined) return known.exports;
    const module: { exports: unknown } = { exports: {} };
    modules.set(name, module);
    try {
      const body: unknown = scriptOf(name).runInThisContext();
      if (typeof body !== "function") throw new Error(`${name} is no module`);
      Reflect.apply(body, module.exports, [module.exports, load, module, `${__dirname}/${name}`, __dirname]);
      return module.exports;
    } catch (error) {
      // Too many open files, say: the next one who wants it is not to get an empty module.
      modules.delete(name);
      throw error;
    }
  };

  if (file !== undefined)
    process.on("exit", (code) => {
      const runs = kept?.runs ?? 0;
      // A command that was refused has not shown what it needs, and may be none at all: each wrong word would leave a file.
      // `status` that finds nothing running (3, EXIT.stopped) has answered.
      const hasAnswered = code === 0 || code === 3;
      if (hasAnswered && (runs < RUNS || (!isAll && runs < MOST_RUNS))) write(file, runs + 1, kept, loaded);
    });
  load(`./${FLEET_PROGRAM}`);
}

/** As `engines` in package.json. Older ones lack `process.getBuiltinModule`, or syntax that the chunks use. */
function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
}

if (isSupported(process.versions.node)) start();
else {
  const { execPath, versions } = process;
  process.stderr.write(`fleet needs Node 20.19, 22.12 or newer; this is ${versions.node} (${execPath}).\n`);
  process.exitCode = 1;
}

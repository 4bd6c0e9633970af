/**
 * What V8 makes of our chunks, kept under `run/code/`, so that a start compiles nothing: 4 ms of the 17 that `ready` takes
 * beside bare Node 20, 2 of 15 on 24, where Node's own compile cache gained half of that. It may be deleted at any time.
 *
 * Functions are compiled when they are first called, and what a run has called is what it leaves behind; so the first few
 * runs each add theirs. A file is whole when it has its name (fsync before rename), and V8 refuses one of another version
 * of itself or of another source.
 */
import type { Module } from "node:module";

/** So many runs add to what is kept. */
const GENERATIONS = 8;
/** In front of the data: the generation, in as many bytes as keep it aligned. */
const HEADER = 8;
const OLD = 30 * 24 * 3_600_000;

interface Kept {
  readonly generation: number;
  readonly data: Buffer | undefined;
}

/** Keeps code of the chunks in `dist` in the directory `dir`. Nothing that goes wrong with it is anybody's trouble. */
export function useCodeCache(dist: string, dir: string): void {
  const { Module: Modules } = process.getBuiltinModule("node:module");
  const compile: unknown = Reflect.get(Modules.prototype, "_compile");
  if (typeof compile !== "function") return;
  const compiled = function (this: Module, source: string, filename: string, ...rest: unknown[]): unknown {
    return filename.startsWith(dist)
      ? run(this, source, filename, dist, `${dir}/${filename.slice(dist.length)}-${process.version}-${process.arch}`)
      : Reflect.apply(compile, this, [source, filename, ...rest]);
  };
  Reflect.set(Modules.prototype, "_compile", compiled);
}

/** What Node's own `_compile` does: the module's source as a function, called with what a module may use. */
function run(module: Module, source: string, filename: string, dist: string, path: string): unknown {
  const { Script, constants } = process.getBuiltinModule("node:vm");
  const kept = read(path);
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename,
    ...(kept.data === undefined ? {} : { cachedData: kept.data }),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const generation = script.cachedDataRejected === true ? 0 : kept.generation;
  if (generation < GENERATIONS)
    process.once("exit", () => {
      write(path, generation + 1, script.createCachedData());
    });
  const body: unknown = script.runInThisContext();
  if (typeof body !== "function") throw new Error(`${filename} is no module`);
  const require = (id: string): unknown => module.require(id);
  return Reflect.apply(body, module.exports, [module.exports, require, module, filename, dist.slice(0, -1)]);
}

function read(path: string): Kept {
  try {
    const bytes = process.getBuiltinModule("node:fs").readFileSync(path);
    return { generation: bytes[0] ?? 0, data: bytes.subarray(HEADER) };
  } catch {
    return { generation: 0, data: undefined };
  }
}

function write(path: string, generation: number, data: Buffer): void {
  const { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync } = process.getBuiltinModule("node:fs");
  const temporary = `${path}.${process.pid}`;
  try {
    const dir = path.slice(0, path.lastIndexOf("/"));
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    sweep(dir);
    const file = openSync(temporary, "wx", 0o600);
    try {
      writeFileSync(file, Buffer.concat([Buffer.of(generation), Buffer.alloc(HEADER - 1), data]));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch {
    return;
  }
}

/** What another build, or another Node, left behind. */
function sweep(dir: string): void {
  const { readdirSync, rmSync, statSync } = process.getBuiltinModule("node:fs");
  for (const name of readdirSync(dir)) {
    const path = `${dir}/${name}`;
    if ((statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) < Date.now() - OLD)
      rmSync(path, { force: true });
  }
}

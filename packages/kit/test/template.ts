/** A directory that is made once in each process and then copied from memory: making a home costs three times a copy of it. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

interface Entry {
  readonly path: string;
  readonly mode: number;
  /** Undefined for a directory. */
  readonly bytes: Buffer | undefined;
}

interface Made {
  readonly at: string;
  readonly entries: readonly Entry[];
}

export class Template {
  readonly #make: (dir: string) => Promise<unknown>;
  #made: Promise<Made> | undefined;

  constructor(make: (dir: string) => Promise<unknown>) {
    this.#make = make;
  }

  /** Puts a copy at `dir`, which is not there yet. Its own path in a file is that of the copy. */
  async copyTo(dir: string): Promise<void> {
    const { at, entries } = await (this.#made ??= this.#read());
    for (const { path, mode, bytes } of entries) {
      const target = join(dir, path);
      if (bytes === undefined) mkdirSync(target, { mode, recursive: true });
      else writeFileSync(target, bytes.includes(at) ? bytes.toString("utf8").replaceAll(at, dir) : bytes, { mode });
    }
  }

  async #read(): Promise<Made> {
    const root = mkdtempSync(join(realpathSync(tmpdir()), "fleet-template-"));
    const at = join(root, "home");
    try {
      await this.#make(at);
      const below = readdirSync(at, { withFileTypes: true, recursive: true }).map((one) => {
        const path = join(one.parentPath, one.name);
        const mode = statSync(path).mode & 0o777;
        return { path: relative(at, path), mode, bytes: one.isDirectory() ? undefined : readFileSync(path) };
      });
      // A directory before what is in it.
      below.sort((a, b) => (a.path < b.path ? -1 : 1));
      return { at, entries: [{ path: "", mode: statSync(at).mode & 0o777, bytes: undefined }, ...below] };
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }
}

/**
 * Directories by their real names, and the working trees that they are in, asked beside the loop: a disk that never answers holds up the tasks that are there, and
 * nobody else. Asked when the queue is read anew; what was once answered serves until the next answer.
 */
import { realDirectory } from "@fleet/kit/process/real-directory";

/** Asked at once: each is a process. */
const AT_ONCE = 16;

/** So long an answer is not asked for again, in milliseconds. */
const AGE = 60_000;

export type Name =
  /** `tree`: the top of the working tree of git that it is in; itself where it is in none. */
  | { readonly kind: "known"; readonly real: string; readonly tree: string }
  /** Not answered yet. */
  | { readonly kind: "asked" }
  /** The system gave no answer in time; it is asked again. */
  | { readonly kind: "silent" };

export interface Names {
  /** Grows with each answer that changes one. */
  readonly version: number;
  readonly of: (path: string) => Name;
}

export class RealNames implements Names {
  readonly #ask: typeof realDirectory;
  readonly #now: () => number;
  readonly #known = new Map<string, { readonly real: string; readonly tree: string; readonly at: number }>();
  readonly #asked = new Set<string>();
  readonly #silent = new Set<string>();
  /** Asked for, and not begun. */
  readonly #due: string[] = [];
  version = 0;

  constructor(now: () => number, ask: typeof realDirectory = realDirectory) {
    this.#now = now;
    this.#ask = ask;
  }

  /** Directories that gave no answer in time. */
  get silent(): readonly string[] {
    return [...this.#silent].sort();
  }

  readonly of = (path: string): Name => {
    // A task without a directory waits for that.
    if (path === "") return { kind: "known", real: path, tree: path };
    const known = this.#known.get(path);
    const isOld = known === undefined || this.#now() - known.at > AGE;
    if (isOld && !this.#asked.has(path)) this.#begin(path);
    if (known !== undefined) return { kind: "known", real: known.real, tree: known.tree };
    return { kind: this.#silent.has(path) ? "silent" : "asked" };
  };

  #begin(path: string): void {
    this.#asked.add(path);
    if (this.#asked.size - this.#due.length > AT_ONCE) this.#due.push(path);
    else void this.#look(path);
  }

  async #look(path: string): Promise<void> {
    try {
      const found = await this.#ask(path);
      const before = this.#known.get(path);
      if (found.kind === "slow") {
        this.#silent.add(path);
        // Until it answers, what was once said of it is worth nothing: a start there would wait for ever, too.
        this.#known.delete(path);
        // So that it is asked again.
        this.version++;
        return;
      }
      // What is none, or refused, is told by the start.
      const [real, tree] = found.kind === "directory" ? [found.path, found.tree] : [path, path];
      this.#silent.delete(path);
      this.#known.set(path, { real, tree, at: this.#now() });
      if (before?.real !== real || before.tree !== tree) this.version++;
    } catch {
      // The machine is short of processes: asked again with the next look.
      this.version++;
    } finally {
      this.#asked.delete(path);
      const next = this.#due.shift();
      if (next !== undefined) void this.#look(next);
    }
  }
}

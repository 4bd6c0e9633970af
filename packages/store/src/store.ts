/**
 * The store of one home. A read answers from the branch's tip and never waits; a write is
 * read at H → decide → write objects aside → move the branch from exactly H → read it back.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { readCache, writeCache } from "./cache.ts";
import type { Act, Decision } from "./decision.ts";
import { type Derived, isWhole } from "./derived.ts";
import { StoreError } from "./errors.ts";
import { shellWord } from "@fleet/kit/shell";
import { gitAgainOn, gitOn } from "./git/hint.ts";
import { BRANCH, readTip } from "./git/tip.ts";
import { gitDirOf } from "./home.ts";
import { lastWritten } from "./last.ts";
import { gitSource, load } from "./load.ts";
import { checkFormat } from "./meta.ts";
import { Snapshot } from "./snapshot.ts";
import { clock } from "@fleet/kit/clock";

/** So long a process that has left the cache current does not do so again, in milliseconds. */
const CACHE_REST = 250;

export class Store {
  readonly home: string;
  readonly gitDir: string;
  #snapshot: Snapshot | undefined;
  #cachedAt = -Infinity;
  #later: NodeJS.Timeout | undefined;

  constructor(home: string) {
    this.home = home;
    this.gitDir = gitDirOf(home);
  }

  /** The commit the branch is at. Throws, naming the last one known, when the branch is gone. */
  tip(): string {
    const tip = readTip(this.gitDir);
    if (tip !== undefined) return tip;
    const last = lastWritten(this.home);
    // git refuses to update a branch whose file is empty (a power cut leaves that): "reference broken".
    const file = join(this.gitDir, BRANCH);
    const clear = existsSync(file) ? `rm ${shellWord(file)} && ` : "";
    const search = last === undefined ? `${gitAgainOn(this.gitDir)} fsck --lost-found; ` : "";
    const git = last === undefined ? gitOn(this.gitDir) : gitAgainOn(this.gitDir);
    throw new StoreError("unreadable", "the home's branch main is gone, so nothing about its tasks is known", {
      where: this.gitDir,
      mend: `${search}${clear}${git} update-ref ${BRANCH} ${last ?? "COMMIT"}`,
    });
  }

  /** The store as it is now. */
  snapshot(): Snapshot {
    const tip = this.tip();
    const mine = this.#snapshot;
    if (mine !== undefined && mine.tip === tip && isWhole(mine.derived)) return mine;
    // In memory and behind: whoever moved the branch has most likely left the cache at it.
    const cached = mine === undefined ? readCache(this.home) : (readCache(this.home, tip) ?? mine.derived);
    if (cached?.tip === tip && isWhole(cached)) return this.#keep(cached);
    const derived = load(this.home, this.gitDir, tip, cached);
    // Only lost shards were read again; nothing else can differ.
    if (cached?.tip !== tip || isWhole(derived)) writeCache(this.home, derived);
    return this.#keep(derived);
  }

  #keep(derived: Derived): Snapshot {
    checkFormat(derived.meta, this.home);
    this.#snapshot = new Snapshot(derived, gitSource(this.home, this.gitDir, derived));
    return this.#snapshot;
  }

  /**
   * Leaves the cache as what a writer has just made the tip. A process that writes again and again leaves it a few times a
   * second: at 2 000 live issues it takes 9 ms of a commit's 34, and a reader who finds it behind reads what differs.
   */
  keep(derived: Derived): void {
    this.#keep(derived);
    if (this.#later !== undefined) return;
    const rest = this.#cachedAt + CACHE_REST - clock();
    if (rest <= 0) this.#leave();
    else this.#later = setTimeout(() => this.#leave(), rest).unref();
  }

  #leave(): void {
    this.#later = undefined;
    const derived = this.#snapshot?.derived;
    try {
      // Somebody has written since, and has left the cache at that.
      if (derived === undefined || readTip(this.gitDir) !== derived.tip) return;
    } catch {
      // The branch can't be read now: whoever needs it says so.
      return;
    }
    writeCache(this.home, derived);
    this.#cachedAt = clock();
  }

  /**
   * Decides and commits until the swap is accepted or the decision is to write nothing. `decide` is pure and may run
   * several times; it throws a StoreError to refuse.
   */
  async transact<R>(act: Act, decide: (snapshot: Snapshot) => Decision<R>): Promise<R> {
    // Refusals and no-ops are seen without loading the writer or taking a lock; what writes is decided again if the tip moves.
    const snapshot = this.snapshot();
    const decision = decide(snapshot);
    if (decision.kind === "none") return decision.result;
    const { transact } = await import("./transact.ts");
    return await transact(this, act, decide, { snapshot, decision });
  }
}

/**
 * Whether the machine lets anything start: what the supervisor met and sees of it, said once in the log, and kept in
 * run/hold.json for commands. That file is made at the start and overwritten in place, so that a full disk can be told too.
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import * as z from "zod/mini";

import { DiskError, errno } from "@fleet/kit/errors";
import { makeDir } from "@fleet/kit/files";
import { overwrite } from "@fleet/kit/in-place";
import { readJsonAs } from "@fleet/kit/json";
import { encodeId, ownId } from "@fleet/kit/process/id";
import { freeMemory } from "@fleet/kit/process/memory";
import { FILES_TO_START, roomForFiles, ShortageError, shortageOf } from "@fleet/kit/shortage";

import { nodeOn } from "../../../program/node.ts";
import { eased, fleetHold, type FleetHold, holdKey, holdWords, met, NOTHING_MET } from "../../core/machine.ts";
import type { Context } from "../loop/context.ts";
import { leader } from "./leader.ts";
import { describe } from "./troubles.ts";

const schema = z.object({
  /** Of which supervisor this is. */
  process: z.string(),
  hold: z.nullable(fleetHold),
  /** RFC 3339: since when. */
  since: z.string(),
});

export interface ShownHold {
  readonly hold: FleetHold;
  readonly since: string;
  /** One line. */
  readonly text: string;
}

const pathOf = (home: string): string => join(home, "run", "hold.json");
const BYTES = 4096;
/** So that the file's bytes are enough for it. */
const MOST_WORDS = 1_000;

/** What holds the fleet back, as its supervisor last said; undefined where nothing does, or no supervisor runs. */
export function shownHold(home: string): ShownHold | undefined {
  const shown = readJsonAs(pathOf(home), schema);
  if (shown === undefined || shown.hold === null) return undefined;
  const { hold, process, since } = shown;
  return leader(home)?.process === process ? { hold, since, text: holdWords(hold) } : undefined;
}

/** Of an attempt that is started, beside the program that is run: its log, and its events. */
const FILES_OF_ATTEMPT = 4;
/** A Node that has gone is looked for elsewhere so often, in milliseconds. */
const ASKED_EVERY = 5_000;

interface Other {
  readonly askedAt: number;
  node: string | undefined;
}

type Fleet = Pick<Context, "clock" | "config" | "env" | "home" | "journal" | "self">;

export class Machine {
  readonly #fleet: Fleet;
  #met = NOTHING_MET;
  #isMet = false;
  /** Where our own Node is gone: when another was looked for, and which was found. */
  #other: Other | undefined;
  #said: { readonly key: string; readonly text: string } | undefined;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  /** Takes the bytes of the file while there is room. */
  begin(): void {
    this.#keep(undefined);
  }

  /** True where the error is a shortage of the machine, which is said here. */
  met(error: unknown, about: string): boolean {
    const of = shortageOf(error);
    if (of === undefined) return false;
    const what = `${about}: ${error instanceof ShortageError ? error.what : describe(error)}`
      .replaceAll(/\s+/g, " ")
      .slice(0, MOST_WORDS);
    this.#met = met(this.#met, of, what, this.#fleet.clock.monotonic());
    this.#isMet = true;
    this.#say(this.#short());
    return true;
  }

  /** What holds the fleet back now. `wantsStart`: something waits to be started. */
  look(wantsStart: boolean): FleetHold | undefined {
    this.#isMet = false;
    const hold = this.#program() ?? this.#found(wantsStart);
    this.#say(hold);
    return hold;
  }

  /** Since the last look something was refused: nothing more is to be started in this tick. */
  get isMet(): boolean {
    return this.#isMet;
  }

  /** After what was planned was done; `isOpen`: something that a shortage could still stop is under way. */
  done(isOpen: boolean): void {
    if (this.#isMet || isOpen) return;
    const before = this.#met;
    this.#met = eased(before, this.#fleet.clock.monotonic());
    if (this.#met !== before) this.#say(undefined);
  }

  #short(): FleetHold | undefined {
    const { short } = this.#met;
    return short === undefined ? undefined : { kind: "short", ...short };
  }

  #program(): FleetHold | undefined {
    const [node = "", script = ""] = this.#fleet.self;
    const missing = [...(this.#hasNode(node) ? [] : [node]), ...(existsSync(script) ? [] : [script])];
    return missing.length === 0 ? undefined : { kind: "program", missing };
  }

  /** The one that runs us, or another one that agents find instead (program/shim.ts). */
  #hasNode(node: string): boolean {
    if (existsSync(node)) {
      this.#other = undefined;
      return true;
    }
    const now = this.#fleet.clock.monotonic();
    if (this.#other === undefined || now - this.#other.askedAt > ASKED_EVERY) {
      const asked: Other = { askedAt: now, node: this.#other?.node };
      this.#other = asked;
      nodeOn(this.#fleet.env["PATH"] ?? "").then(
        (found) => {
          if (found !== undefined && asked.node !== found)
            this.#fleet.journal.write(
              "trouble",
              `${node} is gone; agents use ${found} until you run: fleet run restart`,
            );
          asked.node = found;
        },
        // Asked again soon.
        () => undefined,
      );
    }
    return this.#other.node !== undefined;
  }

  #found(wantsStart: boolean): FleetHold | undefined {
    if (wantsStart) {
      const short = roomForFiles(FILES_TO_START + FILES_OF_ATTEMPT);
      if (short !== undefined) this.met(new ShortageError(short, "nothing more can be started"), "start");
    }
    const refused = this.#short();
    if (refused !== undefined) return refused;
    const wanted = this.#fleet.config().min_free_memory;
    const free = wantsStart && wanted > 0 ? freeMemory() : undefined;
    return free === undefined || free >= wanted ? undefined : { kind: "memory", free, wanted };
  }

  #say(hold: FleetHold | undefined): void {
    const key = hold === undefined ? undefined : holdKey(hold);
    if (key === this.#said?.key) return;
    const before = this.#said;
    this.#said = hold === undefined ? undefined : { key: holdKey(hold), text: holdWords(hold) };
    this.#keep(hold);
    const { journal } = this.#fleet;
    if (this.#said !== undefined) journal.write("hold", `nothing starts: ${this.#said.text}`);
    else if (before !== undefined) journal.write("mended", `starts again; it was held back: ${before.text}`);
  }

  #keep(hold: FleetHold | undefined): void {
    const { clock, home } = this.#fleet;
    const since = new Date(clock.wall()).toISOString();
    try {
      // Not the directories above it: a home that was deleted is not made again.
      makeDir(dirname(pathOf(home)));
      overwrite(pathOf(home), JSON.stringify({ process: encodeId(ownId()), hold: hold ?? null, since }), BYTES);
    } catch (error) {
      // A view that is missing holds up nothing: the log says the same.
      if (!(error instanceof DiskError) && errno(error) === undefined) throw error;
    }
  }
}

/**
 * What each account spent today (UTC). Held in memory; changes are on disk, so that a supervisor that comes after
 * this one, and a command without any, know the same.
 */
import type { Spent } from "../../../attempts/records/spent.ts";
import * as days from "./spent-days.ts";

/** `tokens` and `usd` in all, since the attempt began. */
export interface Spending extends Spent {
  readonly uuid: string;
  readonly account: string;
}

/** A file is written anew when it has grown by this many bytes, and by as much as it then had. */
const SLACK = 256_000;

const dayOf = (wall: number): string => new Date(wall).toISOString().slice(0, 10);

export class Ledger {
  readonly #home: string;
  #day = "";
  #attempts = new Map<string, days.DayLine>();
  /** What each attempt had spent in all when the day began, as far as anybody knew; read when it is first asked for. */
  #before: ReadonlyMap<string, Spent> | undefined;
  /** The part of it that the disk may not have. */
  #carried = new Map<string, Spent>();
  /** Not on disk yet: noted since, or the disk refused it. */
  readonly #unsaved = new Set<string>();
  /** The file as it was when it was last read or written. */
  #mark = "";
  #size = 0;
  #compactSize = 0;
  #spent: Map<string, Spent> | undefined;

  constructor(home: string) {
    this.#home = home;
  }

  /** By account. Costs one stat where nothing was spent since. */
  today(wall: number): ReadonlyMap<string, Spent> {
    this.#look(wall);
    if (this.#spent !== undefined) return this.#spent;
    const spent = new Map<string, Spent>();
    for (const { account, tokens, usd } of this.#attempts.values()) {
      const { tokens: t, usd: u } = spent.get(account) ?? { tokens: 0, usd: 0 };
      spent.set(account, { tokens: t + tokens, usd: u + usd });
    }
    return (this.#spent = spent);
  }

  /** Keeps in memory what these attempts have spent, in all. What was spent before midnight is not this day's. */
  note(spendings: Iterable<Spending>, wall: number): void {
    this.#look(wall);
    for (const { uuid, account, tokens, usd } of spendings) {
      const known = this.#attempts.get(uuid);
      const line = days.lineOf(
        { uuid, account, tokens, usd },
        known === undefined ? this.#beginnings().get(uuid) : known.before,
      );
      // Less than was known: its log is just being read again, from its start.
      if (line.tokens <= (known?.tokens ?? 0) && line.usd <= (known?.usd ?? 0)) continue;
      const [more, most] = [Math.max(line.tokens, known?.tokens ?? 0), Math.max(line.usd, known?.usd ?? 0)];
      this.#attempts.set(uuid, { ...line, tokens: more, usd: most });
      this.#unsaved.add(uuid);
      this.#spent = undefined;
    }
  }

  /** Something was noted that is not on disk. */
  get isUnsaved(): boolean {
    return this.#unsaved.size > 0;
  }

  /** Brings to disk what is not there yet. Throws what the disk says; the next call tries again. */
  save(): void {
    if (this.#unsaved.size === 0) return;
    const saved = [...this.#attempts.values()].filter(({ uuid }) => !this.#unsaved.has(uuid));
    days.beginDay(this.#home, this.#day, saved);
    const lines = [...this.#unsaved].flatMap((uuid) => this.#attempts.get(uuid) ?? []);
    const before = days.sizeOf(this.#home, this.#day);
    const wrote = days.appendDay(this.#home, this.#day, lines);
    this.#unsaved.clear();
    // Another process wrote, too (`fleet kill`, while no supervisor ran).
    if (before !== this.#size || days.sizeOf(this.#home, this.#day) !== before + wrote) this.#read();
    this.#size = days.sizeOf(this.#home, this.#day);
    if (this.#size > 2 * this.#compactSize + SLACK) this.#compact();
    this.#mark = days.markOf(this.#home, this.#day);
  }

  #compact(): void {
    days.compactDay(this.#home, this.#day, this.#attempts.values(), this.#size);
    this.#compactSize = this.#size = days.sizeOf(this.#home, this.#day);
  }

  /** The day that it is, and what others wrote of it. */
  #look(wall: number): void {
    const day = dayOf(wall);
    if (day === this.#day) {
      if (days.markOf(this.#home, day) !== this.#mark) this.#read();
      return;
    }
    const last = [...this.#attempts.values()].map((line) => [line.uuid, days.totalOf(line)] as const);
    this.#carried = new Map([...this.#carried, ...last]);
    this.#before = undefined;
    this.#attempts = new Map();
    this.#unsaved.clear();
    this.#day = day;
    this.#compactSize = 0;
    this.#read();
  }

  #beginnings(): ReadonlyMap<string, Spent> {
    return (this.#before ??= new Map([...days.spentBefore(this.#home, this.#day), ...this.#carried]));
  }

  #read(): void {
    this.#mark = days.markOf(this.#home, this.#day);
    const there = days.readDay(this.#home, this.#day);
    // The file may be deleted: what is in memory is known all the same.
    const outcomes = there === undefined ? days.fromOutcomes(this.#home, this.#day, () => this.#beginnings()) : [];
    const own = [...this.#attempts].filter(([uuid]) => there === undefined || this.#unsaved.has(uuid));
    this.#attempts = new Map([...(there ?? outcomes), ...own]);
    this.#size = days.sizeOf(this.#home, this.#day);
    this.#spent = undefined;
  }
}

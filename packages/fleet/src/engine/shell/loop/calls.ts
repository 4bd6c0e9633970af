/**
 * Calls of a person, made by `fleet notify send` in a process of its own: it waits for networks and for programs of the person's, and
 * the loop never waits. Events close together are reported together.
 */
import { parseJson } from "@fleet/kit/json";
import * as z from "zod/mini";

import { NEWS } from "../../core/news.ts";
import { decodeEntry } from "../state/journal.ts";
import { JournalTail } from "../state/journal-tail.ts";
import { describe } from "../state/troubles.ts";
import { byCommand } from "./by-command.ts";
import type { Context } from "./context.ts";

/** Milliseconds: of all channels together. */
const PATIENCE = 120_000;
/** After it could not be run at all. */
const AGAIN = 60_000;

const answer = z.object({
  changes: z.array(z.object({ channel: z.string(), kind: z.enum(["trouble", "mended"]), text: z.string() })),
  again: z.nullable(z.string()),
});
type Answer = z.output<typeof answer>;

type Send = (context: Context) => Promise<Answer>;

export class Calls {
  readonly #context: Context;
  readonly #send: Send;
  readonly #tail: JournalTail;
  #channels = "";
  #running = false;
  /** On the monotonic clock: when it is sent next. */
  #due = Infinity;
  #trouble = "";

  constructor(context: Context, send: Send = sendByCommand) {
    this.#context = context;
    this.#send = send;
    this.#tail = new JournalTail(context.home);
  }

  /** Starts what is due, and returns at once. */
  start(): void {
    const { clock, config, tuning, short } = this.#context;
    const channels = JSON.stringify(Object.entries(config().notify).filter(([, { bell }]) => bell !== true));
    const now = clock.monotonic();
    // A channel that is new begins here; what was not told before a restart is told now.
    if (channels !== this.#channels) this.#due = now;
    this.#channels = channels;
    if (channels === "[]") return;
    // Not later because more comes: a burst without an end would be told never.
    if (this.#tail.lines().some(isNews)) this.#due = Math.min(this.#due, now + tuning.callBurst);
    if (this.#running || now < this.#due) return;
    this.#due = Infinity;
    this.#running = true;
    void this.#send(this.#context)
      .then((done) => this.#done(done))
      .catch((error: unknown) => {
        this.#due = Math.min(this.#due, clock.monotonic() + AGAIN);
        if (short?.(error, "calls") !== true) this.#say(describe(error));
      })
      .finally(() => (this.#running = false));
  }

  #done({ changes, again }: Answer): void {
    const { clock, journal } = this.#context;
    this.#say("");
    for (const { channel, kind, text } of changes)
      journal.write(kind, `can't reach you through the channel ${channel}: ${text} (fleet notify test ${channel})`);
    if (again === null) return;
    const wait = Math.max(1_000, Date.parse(again) - clock.wall());
    this.#due = Math.min(this.#due, clock.monotonic() + wait);
  }

  /** Logged once while it lasts. */
  #say(trouble: string): void {
    if (trouble !== "" && trouble !== this.#trouble)
      this.#context.journal.write("trouble", `no channel can be used: ${trouble} (fleet notify send)`);
    this.#trouble = trouble;
  }
}

const isNews = (line: string): boolean => NEWS.has(decodeEntry(line)?.event ?? "");

async function sendByCommand(context: Context): Promise<Answer> {
  const done = await byCommand(context, ["notify", "send", "--json"], PATIENCE);
  if (done.kind === "failed") throw new Error(done.why);
  const read = z.safeParse(answer, parseJson(done.stdout));
  if (!read.success) throw new Error(done.said || "it failed");
  return read.data;
}

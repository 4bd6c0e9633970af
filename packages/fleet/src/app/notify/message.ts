/** The words of a call, or of several at once. Pure. */
import { localTimes } from "@fleet/kit/when";
import { clip, sound } from "@fleet/kit/text";
import { printableLine } from "@fleet/kit/printable";

import { type CallEvent, CALL_EVENTS } from "../../settings/notify/schema.ts";
import type { Call } from "./call.ts";

/** What a channel sends: words for people, and the same as data. */
export interface Message {
  /** The first in the order of `CALL_EVENTS`. */
  readonly event: CallEvent | "test";
  readonly title: string;
  /** A line each. */
  readonly lines: readonly string[];
  readonly calls: readonly Call[];
}

const WORDS: Readonly<Record<CallEvent, readonly [one: string, several: string]>> = {
  "needs-you": ["needs you", "need you"],
  asked: ["says it is done", "say they are done"],
  review: ["waits for review", "wait for review"],
  failed: ["failed", "failed"],
  held: ["is held", "are held"],
  "limit-soon": ["is near a limit", "are near a limit"],
  "all-done": ["is done", "are done"],
};

/** More is for `fleet top`. */
const MOST_LINES = 8;
const MOST_TEXT = 300;

/** Agents write titles and reasons: nothing of them drives a terminal, or is longer than a person reads. */
const plain = (text: string): string => clip(printableLine(sound(text)), MOST_TEXT);

const nameOf = ({ task, title }: Call): string => plain([task ?? "", title].filter((part) => part !== "").join(" "));

function linesOf(call: Call, now: number): string[] {
  const offered = call.options.map((text, at) => `${at + 1} ${plain(text)}`).join(", ");
  return [`${plain(localTimes(call.reason, now))}${offered === "" ? "" : ` (${offered})`}`, call.command];
}

/** Of one call or more. */
export function messageOf(calls: readonly Call[], now: number): Message {
  const [first] = calls;
  if (first === undefined) throw new Error("there is nothing to call for");
  const { event } = first;
  if (calls.length === 1)
    return { event, title: `${nameOf(first)} ${WORDS[event][0]}`.trim(), lines: linesOf(first, now), calls };
  const title = CALL_EVENTS.flatMap((kind) => {
    const count = calls.filter((call) => call.event === kind).length;
    return count === 0 ? [] : [kind === "all-done" ? "all done" : `${count} ${WORDS[kind][count === 1 ? 0 : 1]}`];
  }).join(", ");
  const shown = calls.length > MOST_LINES + 1 ? calls.slice(0, MOST_LINES) : calls;
  const lines = shown.map((call) => {
    const [reason = "", command = ""] = linesOf(call, now);
    return `${nameOf(call)} ${WORDS[call.event][0]}: ${reason} (${command})`.trim();
  });
  const more = calls.length - shown.length;
  return { event, title, lines: more === 0 ? lines : [...lines, `… ${more} more: fleet top`], calls };
}

export const testMessage = (name: string): Message => ({
  event: "test",
  title: "You can be called here",
  lines: [`a test of the channel ${name}`, "fleet notify"],
  calls: [],
});

/** To whoever said something that could not be taken. */
export const refusal = (task: string, why: string): Message => ({
  event: "needs-you",
  title: plain(`Your answer to ${task} was not taken`),
  lines: [plain(why), `fleet task ${sound(task)}`],
  calls: [],
});

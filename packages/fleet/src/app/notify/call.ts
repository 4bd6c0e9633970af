/**
 * What a person is called for: derived from events since the last call and from the current state, so that no one is called for
 * what is over already. Pure.
 */
import { duration } from "@fleet/kit/duration";
import { counted } from "@fleet/kit/figures";
import { millis } from "@fleet/store/time";

import { ENDINGS, FAILURES, HOLDS, TURNS } from "../../engine/core/news.ts";
import { isIn } from "../../settings/effective/project.ts";
import { type CallEvent, CALL_EVENTS, type ChannelSettings } from "../../settings/notify/schema.ts";
import type { ActivityEvent } from "../views/activity.ts";
import type { NeedRow, TopView } from "../views/top.ts";

export interface Call {
  readonly event: CallEvent;
  /** RFC 3339: when it came to that. */
  readonly at: string;
  /** Null where it is the fleet's. */
  readonly task: string | null;
  readonly title: string;
  /** The directory of its task. */
  readonly directory: string | null;
  /** One line. Times in it are RFC 3339. */
  readonly reason: string;
  /** What a person types to settle it. */
  readonly command: string;
  /** Of a question: what the agent offered to choose from. */
  readonly options: readonly string[];
}

export interface Standing extends Pick<TopView, "needs" | "accounts" | "counts"> {
  /** A task by its id; undefined where there is none. */
  readonly taskOf: (
    id: string,
  ) => { readonly title: string; readonly cwd: string; readonly isOpen: boolean } | undefined;
  /** Why nothing starts at all. */
  readonly hold: string | undefined;
  readonly now: number;
}

/** Milliseconds: what is over by itself sooner is no call. */
const SOON = 600_000;

export function callsOf(events: readonly ActivityEvent[], standing: Standing): Call[] {
  const calls = [
    ...needCalls(events, standing),
    ...failedCalls(events, standing),
    ...heldCalls(events, standing),
    ...limitCalls(events, standing),
    ...doneCalls(events, standing),
  ];
  return calls.toSorted((a, b) => CALL_EVENTS.indexOf(a.event) - CALL_EVENTS.indexOf(b.event));
}

/** What of it this channel is for. What is the whole fleet's is for all. */
export const wantedBy =
  ({ events, projects }: ChannelSettings, home: string) =>
  (call: Call): boolean =>
    events.includes(call.event) &&
    (projects === undefined ||
      call.directory === null ||
      projects.some((dir) => isIn(call.directory ?? "", dir.replace(/^~(?=\/|$)/, home).replace(/(?<=.)\/+$/, ""))));

/** As what a row of the first part of `fleet top` is called for. */
export const eventOf = ({ kind }: Pick<NeedRow, "kind">): CallEvent =>
  kind === "asked" || kind === "review" ? kind : kind === "fleet" || kind === "account" ? "held" : "needs-you";

const lastByTask = (events: readonly ActivityEvent[], kinds: ReadonlySet<string>): Map<string, ActivityEvent> =>
  new Map(
    events.flatMap((event) => (event.task === null || !kinds.has(event.event) ? [] : [[event.task, event] as const])),
  );

function needCalls(events: readonly ActivityEvent[], { needs }: Standing): Call[] {
  const turned = lastByTask(events, TURNS);
  return needs.flatMap((need): Call[] => {
    const { id, title, cwd, reason, command, options } = need;
    const turn = id === null ? undefined : turned.get(id);
    if (turn === undefined) return [];
    return [
      { event: eventOf(need), at: turn.at, task: id, title: title ?? "", directory: cwd, reason, command, options },
    ];
  });
}

const NO_TASK = { task: null, directory: null, options: [] };

/** Of tasks that are tried again: of one that waits for a person that is said. */
function failedCalls(events: readonly ActivityEvent[], { needs, taskOf }: Standing): Call[] {
  const needing = new Set(needs.map(({ id }) => id));
  return [...lastByTask(events, FAILURES)].flatMap(([id, { at, text }]): Call[] => {
    const task = taskOf(id);
    if (needing.has(id) || task?.isOpen !== true) return [];
    const command = `fleet task ${id} log`;
    const { title, cwd: directory } = task;
    return [{ event: "failed", at, task: id, title, directory, reason: text, command, options: [] }];
  });
}

function heldCalls(events: readonly ActivityEvent[], { accounts, hold, now }: Standing): Call[] {
  const held = new Map(
    events.flatMap((event) => (HOLDS.has(event.event) ? [[event.account ?? event.text, event] as const] : [])),
  );
  return [...held.values()].flatMap(({ event, at, account, text }): Call[] => {
    if (event === "hold") {
      if (hold === undefined) return [];
      return [{ ...NO_TASK, event: "held", at, title: "the fleet", reason: hold, command: "fleet doctor" }];
    }
    const row = accounts.find(({ name }) => name === account);
    if (account === null)
      return [{ ...NO_TASK, event: "held", at, title: "", reason: text, command: "fleet accounts" }];
    if (row === undefined || row.state === "free") return [];
    if (row.until !== null && millis(row.until) - now < SOON) return [];
    const reason = row.reason ?? text;
    return [{ ...NO_TASK, event: "held", at, title: account, reason, command: `fleet resume ${account}` }];
  });
}

function limitCalls(events: readonly ActivityEvent[], { taskOf }: Standing): Call[] {
  const near = new Map(
    events.flatMap((event) => (event.event === "limit" ? [[event.task ?? event.account, event] as const] : [])),
  );
  return [...near.values()].flatMap(({ at, task: id, account, text }): Call[] => {
    if (id === null)
      return [
        { ...NO_TASK, event: "limit-soon", at, title: account ?? "the fleet", reason: text, command: "fleet accounts" },
      ];
    const task = taskOf(id);
    if (task?.isOpen !== true) return [];
    const { title, cwd: directory } = task;
    const command = `fleet task ${id}`;
    return [{ event: "limit-soon", at, task: id, title, directory, reason: text, command, options: [] }];
  });
}

/** Nothing runs, and nothing would start by itself. */
function doneCalls(events: readonly ActivityEvent[], { counts, needs }: Standing): Call[] {
  const endings = events.filter(({ event }) => ENDINGS.has(event));
  const [first, last] = [endings[0], endings.at(-1)];
  if (first === undefined || last === undefined || counts.running + counts.ready + counts.waiting > 0) return [];
  const ended = counted(new Set(endings.map(({ task }) => task)).size, "task");
  const need = needs.filter(({ id }) => id !== null).length;
  const over = millis(last.at) - millis(first.at);
  const within = over < 60_000 ? "" : ` within ${duration(over)}`;
  const reason = `nothing runs and nothing is left to start: ${ended} ended${within}${need === 0 ? "" : `, ${need} ${need === 1 ? "needs" : "need"} you`}`;
  return [{ ...NO_TASK, event: "all-done", at: last.at, title: "the fleet", reason, command: "fleet top" }];
}

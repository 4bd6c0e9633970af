/** The bell of the terminal in which `fleet top` runs: for what has happened, and for what is new among what it shows. */
import { homedir } from "node:os";

import { stamp } from "@fleet/store/time";

import { quietUntil } from "../../settings/notify/quiet-hours.ts";
import type { ChannelSettings } from "../../settings/notify/schema.ts";
import { shownSettings } from "../../settings/shown.ts";
import type { Fleet } from "../open.ts";
import type { NeedRow, TopView } from "../views/top.ts";
import type { TopLook } from "../views/top-looks.ts";
import { type Call, callsOf, eventOf, wantedBy } from "./call.ts";
import { standingIn } from "./standing.ts";

type Look = Pick<TopView, "needs" | "counts">;

/**
 * `before`: what the person has seen; undefined at first, when the screen itself tells it. `news`: what has happened since, which also
 * other channels call for; a row that is new is one more reason, with or without it.
 */
export async function rings(fleet: Fleet, before: Look | undefined, { view, news }: TopLook): Promise<boolean> {
  if (before === undefined) return false;
  const calls = [
    ...newIn(before, view, fleet.now()),
    ...(news.length === 0 ? [] : callsOf(news, standingIn(fleet, view))),
  ];
  if (calls.length === 0) return false;
  const { config } = await shownSettings(fleet.home, fleet.store);
  return Object.values(config.notify).some((channel) => isRung(channel, calls, fleet.now()));
}

export const isRung = (channel: ChannelSettings, calls: readonly Call[], now: number): boolean =>
  channel.bell === true && quietUntil(channel.quiet, now) === undefined && calls.some(wantedBy(channel, homedir()));

const keyOf = ({ kind, id, question, reason, title }: NeedRow): string =>
  id === null ? `${kind} ${title} ${reason}` : `${kind} ${id} ${question ?? ""}`;

export function newIn(before: Look, { needs, counts }: Look, now: number): Call[] {
  const known = new Set(before.needs.map(keyOf));
  const at = stamp(now);
  const calls = needs
    .filter((need) => !known.has(keyOf(need)))
    .map((need): Call => {
      const { id: task, title, cwd: directory, reason, command, options } = need;
      return { event: eventOf(need), at, task, title: title ?? "", directory, reason, command, options };
    });
  const isDone = before.counts.running > 0 && counts.running + counts.ready + counts.waiting === 0;
  if (!isDone) return calls;
  const over = { task: null, title: "", directory: null, reason: "nothing runs", command: "fleet top", options: [] };
  return [...calls, { event: "all-done", at, ...over }];
}

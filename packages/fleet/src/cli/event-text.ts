/** A line of the feed, as people read it. */
import type { ActivityEvent } from "../app/views/activity.ts";

export function eventText({ at, event, task, text }: ActivityEvent): string {
  const time = new Date(at).toTimeString().slice(0, 8);
  return `${time}  ${event.padEnd(8)} ${task === null ? "" : `${task}  `}${text}`;
}

/** The channels by which fleet calls a person, and whether they can be used. `fleet notify --json` prints it. */
import { CALL_EVENTS, type ChannelSettings, wayOf } from "../../settings/notify/schema.ts";
import { readHeard } from "../notify/heard.ts";
import type { Fleet } from "../open.ts";

export interface ChannelRow {
  readonly name: string;
  readonly way: ReturnType<typeof wayOf>["kind"];
  /** Null: all. */
  readonly events: readonly string[] | null;
  /** Null: all. */
  readonly projects: readonly string[] | null;
  readonly quiet: string | null;
  /** Why it could not be used last; null where nothing is known against it. */
  readonly trouble: string | null;
  /** RFC 3339: not tried again before. */
  readonly again: string | null;
}

export const channelRows = (home: string, notify: Readonly<Record<string, ChannelSettings>>): ChannelRow[] => {
  const heard = readHeard(home);
  return Object.entries(notify).map(([name, settings]) => {
    const { trouble = null, again = null } = heard[name] ?? {};
    const { projects = null, quiet = null } = settings;
    const events = CALL_EVENTS.every((one) => settings.events.includes(one)) ? null : settings.events;
    return { name, way: wayOf(settings).kind, events, projects, quiet, trouble, again };
  });
};

export async function channelsView(fleet: Fleet): Promise<{ readonly channels: readonly ChannelRow[] }> {
  const { config } = await fleet.settings();
  return { channels: channelRows(fleet.home, config.notify) };
}

/**
 * Calls of a person: what has happened since a channel was last told is sent by it, as one message. A channel that fails is tried
 * again later, and keeps no other from being used.
 */
import { homedir } from "node:os";

import { whileLocked } from "@fleet/kit/held-lock";
import { millis, stamp } from "@fleet/store/time";

import { NEWS } from "../../engine/core/news.ts";
import { redactorOfAll } from "../../engine/shell/accounts/redact.ts";
import type { Config } from "../../settings/schema.ts";
import { quietUntil } from "../../settings/notify/quiet-hours.ts";
import type { ChannelSettings } from "../../settings/notify/schema.ts";
import { CommandError } from "../errors.ts";
import { callsOf, type Standing, wantedBy } from "../notify/call.ts";
import { type Channel, channelFor, type Sent } from "../notify/channel.ts";
import { type Heard, readHeard, sendingLock, writeHeard } from "../notify/heard.ts";
import { messageOf, testMessage } from "../notify/message.ts";
import { standingIn } from "../notify/standing.ts";
import type { Fleet } from "../open.ts";
import { activity, isActivity } from "../views/activity.ts";
import { topView } from "../views/top.ts";
import { takeReplies } from "./replies.ts";

/** What became of a channel: for the journal, said once while it lasts. */
interface Change {
  readonly channel: string;
  readonly kind: "trouble" | "mended";
  readonly text: string;
}

export interface Sending {
  readonly sent: readonly { readonly channel: string; readonly title: string }[];
  readonly changes: readonly Change[];
  /** RFC 3339: when there is more to do, whatever happens meanwhile. */
  readonly again: string | null;
}

/** Milliseconds: after the first failure, and at most. */
const BACKOFF = 60_000;
const LONGEST = 900_000;
/** While another process is sending. */
const BUSY = 5_000;
/** After which a channel that has two directions is asked again. */
const EACH = 5_000;
/** A log that has gone meanwhile is told from its start: what is much older was told. */
const GRACE = 3_600_000;

/** What is due, by every channel but bells; and what people have answered by those that have two directions. `open`: for tests. */
export async function sendCalls(fleet: Fleet, open = channelFor): Promise<Sending> {
  await fleet.allow({ kind: "command", words: "fleet notify send" });
  const locked = await whileLocked(sendingLock(fleet.home), 0, async () => await sendAll(fleet, open));
  if (locked.kind === "done") return locked.value;
  return { sent: [], changes: [], again: stamp(fleet.now() + BUSY) };
}

async function sendAll(fleet: Fleet, open: typeof channelFor): Promise<Sending> {
  const { config } = await fleet.settings();
  const all = new Map(Object.entries(readHeard(fleet.home)).filter(([name]) => name in config.notify));
  let standing: Promise<Standing> | undefined;
  const now = async (): Promise<Standing> => await (standing ??= standingNow(fleet));
  const done = await Promise.all(
    Object.entries(config.notify)
      .filter(([, { bell }]) => bell !== true)
      .map(async ([name, settings]) => {
        const due: Due = { name, settings, config, heard: all.get(name), open };
        const one = await received(fleet, due, await sendBy(fleet, due, now));
        all.set(name, one.heard);
        // Written at once: a process killed while another channel is slow must not report twice.
        writeHeard(fleet.home, Object.fromEntries(all));
        return one;
      }),
  );
  const again = done.flatMap(({ until }) => (until === undefined ? [] : [until]));
  return {
    sent: done.flatMap(({ sent }) => (sent === undefined ? [] : [sent])),
    changes: done.flatMap(({ change }) => (change === undefined ? [] : [change])),
    again: again.length === 0 ? null : stamp(Math.min(...again)),
  };
}

const standingNow = async (fleet: Fleet): Promise<Standing> =>
  standingIn(fleet, await topView(fleet, { since: fleet.now(), seen: new Map() }));

interface Due {
  readonly name: string;
  readonly settings: ChannelSettings;
  readonly config: Config;
  readonly heard: Heard | undefined;
  readonly open: typeof channelFor;
}

interface Told {
  readonly heard: Heard;
  readonly sent?: Sending["sent"][number];
  readonly change?: Change;
  /** Milliseconds since 1970: when it is to be tried again. */
  readonly until?: number;
}

async function sendBy(
  fleet: Fleet,
  { name, settings, config, heard, open }: Due,
  now: () => Promise<Standing>,
): Promise<Told> {
  const { home, world } = fleet;
  const at = fleet.now();
  if (heard === undefined) {
    const { cursor } = activity(home, { since: { kind: "last", count: 0 } });
    return { heard: { cursor, at: stamp(at), trouble: null, failures: 0, again: null } };
  }
  const later = Math.max(quietUntil(settings.quiet, at) ?? 0, heard.again === null ? 0 : millis(heard.again));
  if (later > at) return { heard, until: later };
  const events = [...NEWS].filter(isActivity);
  const feed = activity(home, { since: { kind: "cursor", cursor: heard.cursor }, events });
  const recent = feed.events.filter((event) => millis(event.at) >= millis(heard.at) - GRACE);
  const calls = (recent.length === 0 ? [] : callsOf(recent, await now())).filter(wantedBy(settings, homedir()));
  const up: Heard = { ...heard, cursor: feed.cursor, at: stamp(at), trouble: null, failures: 0, again: null };
  if (calls.length === 0) return { heard: { ...up, trouble: heard.trouble } };
  const message = messageOf(calls, at);
  const answer = await sendSafely({ settings, open }, world, home, async (channel) => await channel.send(message));
  if (answer.kind === "sent") {
    const change =
      heard.trouble === null ? {} : { change: { channel: name, kind: "mended", text: heard.trouble } as const };
    return { heard: up, sent: { channel: name, title: message.title }, ...change };
  }
  const why = redactorOfAll(config, world.env)(answer.why);
  const until = at + Math.min(LONGEST, BACKOFF * 2 ** heard.failures);
  const failed: Heard = { ...heard, trouble: why, failures: heard.failures + 1, again: stamp(until) };
  const isNew = heard.trouble !== why;
  return { heard: failed, until, ...(isNew ? { change: { channel: name, kind: "trouble", text: why } as const } : {}) };
}

/** Also in its quiet hours: a person who is awake may answer. What can't be received now is received the next time. */
async function received(fleet: Fleet, { settings, open }: Due, told: Told): Promise<Told> {
  let receives = false;
  let place = told.heard.received;
  await sendSafely({ settings, open }, fleet.world, fleet.home, async (channel) => {
    receives = channel.receive !== undefined;
    place = (await takeReplies(fleet, channel, place)) ?? place;
    return { kind: "sent" };
  });
  if (!receives) return told;
  const until = Math.min(told.until ?? Infinity, fleet.now() + EACH);
  return { ...told, heard: { ...told.heard, ...(place === undefined ? {} : { received: place }) }, until };
}

/** Whatever is wrong with a channel is that channel's trouble alone. */
async function sendSafely(
  { settings, open }: Pick<Due, "settings" | "open">,
  { env }: Fleet["world"],
  home: string,
  send: (channel: Channel) => Promise<Sent>,
): Promise<Sent> {
  try {
    const channel = await open(settings, env, home);
    return channel === undefined ? { kind: "failed", why: "fleet top rings it" } : await send(channel);
  } catch (error) {
    return { kind: "failed", why: error instanceof Error ? error.message : String(error) };
  }
}

export interface Tested {
  readonly channel: string;
  /** null: it was sent. */
  readonly error: string | null;
}

/** Tests this channel, or each; the calling process rings a bell. */
export async function testChannels(fleet: Fleet, named: string | undefined): Promise<Tested[]> {
  await fleet.allow({ kind: "command", words: "fleet notify test" });
  const { config } = await fleet.settings();
  const { notify } = config;
  if (Object.keys(notify).length === 0)
    throw new CommandError("there are no channels", "fleet config set 'notify.me={desktop: true}'");
  if (named !== undefined && !Object.hasOwn(notify, named))
    throw new CommandError(
      `there is no channel ${named}`,
      `fleet notify; there are: ${Object.keys(notify).join(", ")}`,
    );
  const redact = redactorOfAll(config, fleet.world.env);
  return await Promise.all(
    Object.entries(notify)
      .filter(([name]) => named === undefined || name === named)
      .map(async ([channel, settings]): Promise<Tested> => {
        if (settings.bell === true) return { channel, error: null };
        const message = testMessage(channel);
        const answer = await sendSafely(
          { settings, open: channelFor },
          fleet.world,
          fleet.home,
          async (one) => await one.send(message),
        );
        if (answer.kind === "sent") await works(fleet.home, channel);
        return { channel, error: answer.kind === "sent" ? null : redact(answer.why) };
      }),
  );
}

/** What was wrong with it is over, and what it has to tell is told now. */
async function works(home: string, channel: string): Promise<void> {
  await whileLocked(sendingLock(home), BUSY, async () => {
    const all = readHeard(home);
    const heard = all[channel];
    if (heard === undefined || heard.trouble === null) return;
    writeHeard(home, { ...all, [channel]: { ...heard, trouble: null, failures: 0, again: null } });
  });
}

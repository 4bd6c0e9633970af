/** What a channel is: a way to a person. One more way is one more file, and a row in `channelFor`. */
import type { ChannelSettings } from "../../settings/notify/schema.ts";
import { wayOf } from "../../settings/notify/schema.ts";
import type { Message } from "./message.ts";

export type Sent =
  | { readonly kind: "sent" }
  /** Tried again later. `why`: one line, without secrets. */
  | { readonly kind: "failed"; readonly why: string };

/** A person, as the channel knows them: who signs in there, or whom its settings name. */
interface Person {
  readonly name: string;
  readonly email?: string;
}

/** What a person answers to a call, by the way that it came. */
export interface Reply {
  readonly from: Person;
  readonly task: string;
  /** Which of the task's questions, where the call said it. */
  readonly question: number | null;
  readonly text: string;
}

interface Replies {
  readonly replies: readonly Reply[];
  /** For the next time: what came before it is not told again. */
  readonly place: string;
}

export interface Channel {
  /** Throws nothing that a person would have to do with: what did not work is its answer. */
  readonly send: (message: Message) => Promise<Sent>;
  /** Of a way that has two directions. `after`: an earlier `place`; null at first. Asked every few seconds; waits for nothing. */
  readonly receive?: (after: string | null) => Promise<Replies>;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Undefined of a bell, which `fleet top` rings by itself. Loads what the way needs, and nothing else. */
export async function channelFor(settings: ChannelSettings, env: Env, cwd: string): Promise<Channel | undefined> {
  const way = wayOf(settings);
  switch (way.kind) {
    case "command":
      return (await import("./command.ts")).commandChannel(way.command, env, cwd);
    case "webhook":
      return (await import("./webhook.ts")).webhookChannel(way.webhook, env);
    case "desktop":
      return (await import("./desktop.ts")).desktopChannel(env, cwd);
    case "bell":
      return undefined;
  }
}

/** As JSON: for commands and webhooks. `text` is all of it, as chat services take it. */
export const payloadOf = ({ event, title, lines, calls }: Message): Readonly<Record<string, unknown>> => ({
  event,
  title,
  text: [title, ...lines].join("\n"),
  calls,
});

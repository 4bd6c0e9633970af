/** `notify:` in config.yaml, as a person writes it: the channels by which fleet calls a person, by name. */
import * as z from "zod/mini";

import { reference } from "../accounts/schema.ts";
import { means } from "../means.ts";
import { isQuietHours } from "./quiet-hours.ts";

/** What a person is called for. */
export const CALL_EVENTS = ["needs-you", "asked", "review", "failed", "held", "limit-soon", "all-done"] as const;
export type CallEvent = (typeof CALL_EVENTS)[number];

const WAYS = ["command", "webhook", "desktop", "bell"] as const;

const ONE = "a channel has one of: command, webhook, desktop: true, bell: true";
const address = z.string().check(z.regex(/^https?:\/\/[^\s/]/, { error: "must be an address: https://…" }));
const text = z.string().check(z.minLength(1));
const on = z.literal(true, { error: "must be true; leave it out else" });

export const channelSettings = z
  .strictObject({
    command: means(z.optional(text), "for sh; it gets the call as JSON on standard input, and in variables"),
    webhook: means(
      z.optional(z.union([address, reference], { error: "write https://…, {file: PATH} or {variable: NAME}" })),
      "an address to which it is sent as JSON; one that is a secret: {file: PATH} or {variable: NAME}",
    ),
    desktop: means(z.optional(on), "true: a notification of the desktop (notify-send, osascript)"),
    bell: means(z.optional(on), "true: fleet top rings the bell of its terminal"),
    events: means(z._default(z.array(z.enum(CALL_EVENTS)), [...CALL_EVENTS]), "what it calls for; all unless given"),
    projects: means(z.optional(z.array(text)), "only tasks in these directories; all unless given"),
    quiet: means(
      z.optional(z.string().check(z.refine(isQuietHours, { error: "must be two times of day: 22:00-07:00" }))),
      "hours in which it does not call (22:00-07:00, local time); what is still true afterwards is reported then",
    ),
  })
  .check(z.refine((channel) => WAYS.filter((way) => channel[way] !== undefined).length === 1, { error: ONE }));
export type ChannelSettings = z.output<typeof channelSettings>;

/** By what it calls. */
export type Way =
  | { readonly kind: "command"; readonly command: string }
  | { readonly kind: "webhook"; readonly webhook: NonNullable<ChannelSettings["webhook"]> }
  | { readonly kind: "desktop" }
  | { readonly kind: "bell" };

export function wayOf({ command, webhook, desktop }: ChannelSettings): Way {
  if (command !== undefined) return { kind: "command", command };
  if (webhook !== undefined) return { kind: "webhook", webhook };
  return { kind: desktop === true ? "desktop" : "bell" };
}

/** A webhook as a channel: the call as JSON, by POST. Its address may be a secret, and is never shown. */
import { referenced } from "../../engine/shell/accounts/secrets.ts";
import type { ChannelSettings } from "../../settings/notify/schema.ts";
import { type Channel, payloadOf } from "./channel.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** Milliseconds. */
const PATIENCE = 10_000;

export const webhookChannel = (
  address: NonNullable<ChannelSettings["webhook"]>,
  env: Env,
  patience = PATIENCE,
): Channel => ({
  send: async (message) => {
    try {
      const url = typeof address === "string" ? address : referenced(address, env);
      const answer = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(payloadOf(message)),
        // It would go to a recipient who is not configured.
        redirect: "manual",
        signal: AbortSignal.timeout(patience),
      });
      await answer.body?.cancel();
      return answer.ok ? { kind: "sent" } : { kind: "failed", why: `the answer is ${answer.status}` };
    } catch (error) {
      return { kind: "failed", why: whyNot(error, patience) };
    }
  },
});

/** Node's own words for it may hold the address. */
function whyNot(error: unknown, patience: number): string {
  if (!(error instanceof Error)) return "it can't be reached";
  if (error.name === "TimeoutError") return `no answer within ${patience / 1_000}s`;
  const { cause } = error;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (typeof code === "string") return `it can't be reached: ${code}`;
  return error instanceof TypeError ? "it can't be reached, or its address is none" : error.message;
}

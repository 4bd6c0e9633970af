/** What people answer by a channel: given to whoever asked, in the name of the person who said it. */
import { StoreError, type StoreErrorCode } from "@fleet/store/errors";

import { CommandError } from "../errors.ts";
import type { Channel, Reply } from "../notify/channel.ts";
import { refusal } from "../notify/message.ts";
import { type Fleet, openFleet } from "../open.ts";
import { answer } from "./answer.ts";

/** Gives up to where it was taken; undefined of a way that has only one direction. */
export async function takeReplies(
  fleet: Fleet,
  channel: Channel,
  after: string | undefined,
): Promise<string | undefined> {
  if (channel.receive === undefined) return undefined;
  const { replies, place } = await channel.receive(after ?? null);
  for (const reply of replies) {
    const why = await refused(fleet, reply);
    // After a kill in between, the sender is told that the question was answered already; no answer is given twice.
    if (why !== undefined) await channel.send(refusal(reply.task, why));
  }
  return place;
}

/** What the home can't do now it can do later: then the answer is received once more. */
const PASSING: ReadonlySet<StoreErrorCode> = new Set(["home", "unreadable", "unwritable"]);
const isFinal = (error: unknown): error is CommandError | StoreError =>
  error instanceof CommandError || (error instanceof StoreError && !PASSING.has(error.code));

/** Why it was not taken. Throws where it may be taken later. */
async function refused(fleet: Fleet, { from, task, question, text }: Reply): Promise<string | undefined> {
  try {
    await answer(asPerson(fleet, from), { task, text, n: question ?? undefined });
    return undefined;
  } catch (error) {
    if (!isFinal(error)) throw error;
    return error.message;
  }
}

/** The same fleet, in the hands of that person. */
function asPerson({ home, world }: Fleet, { name, email }: Reply["from"]): Fleet {
  const env = { ...world.env, FLEET_HOME: home, BEADS_ACTOR: name, GIT_AUTHOR_EMAIL: email };
  return openFleet({ ...world, env });
}

/**
 * A fleet, opened: what every operation and view works with. Nothing here prints; who acts and what they may do is asked of the
 * store's one table (store/inside.ts), by the operation and not by the command that calls it.
 */
import { uuid7 } from "@fleet/kit/uuid";
import type { Act } from "@fleet/store/decision";
import { homeExists, homePath } from "@fleet/store/home";
import { mayQueue, type QueueDeed, whoOf } from "@fleet/store/inside";
import type { Issue } from "@fleet/store/issue";
import { find } from "@fleet/store/ops/find";
import { Store } from "@fleet/store/store";

import type { About, PersonsEvent } from "../engine/core/journal-event.ts";
import type { InForce } from "../settings/in-force.ts";
import { type Acting, actingHere, whoHere } from "./acting.ts";
import { DEFAULT_PREFIX } from "./default-prefix.ts";
import type { Choice } from "./choose-coder.ts";
import { CommandError } from "./errors.ts";
import { identity } from "./identity.ts";
import type { Io } from "./io.ts";

/** What of the world around it a fleet needs to know. */
export type World = Pick<Io, "cwd" | "isCwdGone" | "env" | "now">;

export interface Fleet {
  readonly home: string;
  readonly store: Store;
  readonly world: World;
  readonly now: () => number;
  /** The task that an argument names; throws in bd's words where there is none. */
  readonly find: (named: string) => Issue;
  /** As they are now: the file, or what was last accepted while the file is invalid. */
  readonly settings: () => Promise<InForce>;
  /** Who acts: an attempt by its record, a check, or a person by name. */
  readonly acting: () => Promise<Acting>;
  /** For a write to the queue. */
  readonly act: () => Promise<Act>;
  /** The name of who acts. */
  readonly actor: () => Promise<string>;
  /** Throws where the actor may not do this. */
  readonly allow: (deed: QueueDeed) => Promise<void>;
  /** What a person did, for the feed. */
  readonly told: (event: PersonsEvent, text: string, about: About & { readonly by: string }) => Promise<void>;
}

/** Which directory is the home here, and whether there is one in it. */
export function homeHere(world: World): { readonly home: string; readonly isThere: boolean } {
  const home = homePath(world.env, world.cwd);
  return { home, isThere: homeExists(home) };
}

/** The fleet of this home, which must be there. */
export function openFleet(world: World): Fleet {
  const home = homePath(world.env, world.cwd);
  if (!homeExists(home)) throw new CommandError(`there is no fleet home at ${home}`, "fleet init");
  return fleetAt(world, home);
}

interface Founded {
  readonly fleet: Fleet;
  /** The home was made just now: the coder that it begins with, or why it has none. */
  readonly made: Choice | undefined;
}

/** The same; a home that is not there is made, as by any first write. */
export async function foundFleet(world: World): Promise<Founded> {
  const home = homePath(world.env, world.cwd);
  if (homeExists(home)) return { fleet: fleetAt(world, home), made: undefined };
  await refuse(world, home, { kind: "command", words: "fleet init" });
  const { actor, email } = await identity(world, undefined, true);
  const { makeHome } = await import("./new-home.ts");
  const made = await makeHome(world, { home, prefix: DEFAULT_PREFIX, actor, email });
  return { fleet: fleetAt(world, home), made: made.kind === "created" ? made.coder : undefined };
}

/** As `allow`, where there may be no home yet. */
export async function refuse(world: World, home: string, deed: QueueDeed): Promise<void> {
  const answer = mayQueue(await whoHere(world, home), deed);
  if (answer.kind === "refused") throw new CommandError(answer.why, answer.mend);
}

function fleetAt(world: World, home: string): Fleet {
  const store = new Store(home);
  // Most of the cost of reading them is the coders and the schema, so those are loaded only when needed.
  const settings = async (): Promise<InForce> => (await import("../settings/in-force.ts")).settingsInForce(home, store);
  let acting: Promise<Acting> | undefined;
  const who = async (): Promise<Acting> => await (acting ??= actingHere(world, home));
  return {
    home,
    store,
    world,
    now: world.now,
    find: (named) => find(store.snapshot(), named),
    settings,
    acting: who,
    act: async () => {
      const { actor: own, inside, check } = await who();
      const { actor, email } = await identity(world, own, true, home);
      return {
        actor,
        now: world.now(),
        uuid: () => uuid7(world.now()),
        ...(email === undefined ? {} : { email }),
        ...(inside === undefined ? {} : { inside }),
        ...(check === undefined ? {} : { check }),
      };
    },
    actor: async () => (await identity(world, (await who()).actor, false, home)).actor,
    allow: async (deed) => {
      const answer = mayQueue(whoOf(await who()), deed);
      if (answer.kind === "refused") throw new CommandError(answer.why, answer.mend);
    },
    told: async (event, text, about) => {
      const [{ redactorOfAll }, { Journal }] = await Promise.all([
        import("../engine/shell/accounts/redact.ts"),
        import("../engine/shell/state/journal.ts"),
      ]);
      const redact = redactorOfAll((await settings()).config, world.env);
      new Journal(home, world.now, undefined, redact).write(event, text, about);
    },
  };
}

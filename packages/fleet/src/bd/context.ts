/** What a verb gets: the environment, the home, and functions to answer and to write. */
import { statSync } from "node:fs";
import type { Act, Decision } from "@fleet/store/decision";
import { errno } from "@fleet/kit/errors";
import { homeExists, homePath } from "@fleet/store/home";
import { loadForWriting } from "@fleet/kit/node";
import type { Snapshot } from "@fleet/store/snapshot";
import { Store } from "@fleet/store/store";

import type { Acting } from "../app/acting.ts";
import { DEFAULT_PREFIX } from "../app/default-prefix.ts";
import { fromCwd, type Here } from "../app/cwd.ts";
import type { Io } from "../app/io.ts";
import type { Args } from "./args.ts";
import { Refusal, type Saying } from "./errors.ts";
import { touch } from "./last-touched.ts";
import { inEnvelope, type Sink } from "./sink.ts";

/** The process's environment without output streams: a verb prints through its sink, so that it can be called without a terminal. */
export type Surroundings = Omit<Io, "out" | "exact" | "err">;

export interface Ctx extends Saying {
  /** `cwd` follows -C. */
  readonly io: Surroundings;
  readonly now: number;
  readonly home: string;
  readonly quiet: boolean;
  readonly actorFlag: string | undefined;
  /** The verb's name as typed: `done` closes like `close` and reads its arguments differently. */
  readonly calledAs: string;
  /** The store, or bd's refusal where there is no home. */
  readonly store: () => Store;
  readonly snapshot: () => Snapshot;
  /** Whether it runs inside an attempt or a check. */
  readonly acting: () => Promise<Acting>;
  /** The actor; asks git only if nothing else names one. `owner`: the email is needed too. */
  readonly act: (options?: { readonly owner?: boolean }) => Promise<Act>;
  /** Decides a change and commits it. */
  readonly write: <R>(act: Act, decide: (snapshot: Snapshot) => Decision<R>) => Promise<R>;
  /** Like `write`, for verbs that make sense on an empty queue: creates the home first if there is none. */
  readonly found: () => Promise<void>;
  /** The JSON answer. */
  readonly print: (payload: unknown) => void;
  /** One line on stdout. */
  readonly say: (line: string) => void;
  /** One line on stderr. */
  readonly warn: (line: string) => void;
  readonly touch: (id: string) => void;
}

const truthy = (text: string | undefined): boolean =>
  ["1", "t", "true", "yes", "on"].includes((text ?? "").toLowerCase());

/** How to answer; known before anything can fail. */
export function sayingOf(env: Io["env"], args: Args | undefined, sink: Sink): Saying {
  const json = args?.has("json") === true ? args.flag("json") : truthy(env["BD_JSON"]);
  return { sink, json, envelope: inEnvelope(env) };
}

const noDatabase = (): Refusal =>
  new Refusal("no beads database found", {
    family: "text",
    hint:
      "run 'fleet bd where' to inspect the resolved workspace, or 'fleet init' (or 'fleet bd init') to create a new one\n" +
      "      or set FLEET_HOME (or BEADS_DIR) to the directory of a fleet",
  });

/** The directory that -C names, which may not exist. */
function hereOf(io: Pick<Io, "env"> & Here, args: Args): Here {
  const given = args.text("directory");
  return given === undefined ? io : { cwd: fromCwd(io, given), isCwdGone: false };
}

/** Like `hereOf`; a missing directory is refused. */
function existingHere(io: Pick<Io, "env"> & Here, args: Args): Here {
  const here = hereOf(io, args);
  const why = here === io ? undefined : unfit(here.cwd);
  if (why === undefined) return here;
  throw new Refusal(`cannot use -C directory ${JSON.stringify(args.text("directory"))}: ${why}`, { family: "stderr" });
}

function unfit(path: string): string | undefined {
  try {
    return statSync(path).isDirectory() ? undefined : "not a directory";
  } catch (error) {
    return errno(error) === "ENOENT" ? "no such directory" : (errno(error) ?? String(error));
  }
}

/** The home named by the command line, else by the environment. */
export function homeNamed(io: Pick<Io, "env"> & Here, args: Args, here = hereOf(io, args)): string {
  const db = args.text("db");
  return db === undefined || db === "" ? homePath(io.env, here.cwd) : fromCwd(here, db);
}

export function makeContext(outer: Surroundings, args: Args, calledAs: string, sink: Sink): Ctx {
  const here = existingHere(outer, args);
  const io: Surroundings = here === outer ? outer : { ...outer, ...here };
  const saying = sayingOf(io.env, args, sink);
  const home = homeNamed(io, args, here);
  const now = io.now();
  let store: Store | undefined;
  let acting: Promise<Acting> | undefined;
  const open = (): Store => {
    if (store === undefined && !homeExists(home)) throw noDatabase();
    return (store ??= new Store(home));
  };
  const ctx: Ctx = {
    ...saying,
    io,
    now,
    home,
    quiet: args.flag("quiet"),
    actorFlag: args.text("actor"),
    calledAs,
    store: open,
    snapshot: () => open().snapshot(),
    acting: async () => {
      const { actingHere } = await import("../app/acting.ts");
      return await (acting ??= actingHere(io, home, () => (homeExists(home) ? open().snapshot() : undefined)));
    },
    act: async (options = {}) => {
      const [{ identity }, { uuid7 }] = await Promise.all([import("../app/identity.ts"), import("@fleet/kit/uuid")]);
      const acting = ctx.acting();
      const keeps = homeExists(home) ? home : undefined;
      const asked = acting.then(({ actor }) => identity(io, actor ?? ctx.actorFlag, options.owner === true, keeps));
      // Loaded while git may be answering: every writer needs it (4 of create's 55 ms).
      loadForWriting();
      const { actor, email } = await asked;
      const { inside, check } = await acting;
      return {
        actor,
        now,
        uuid: () => uuid7(now),
        ...(email === undefined ? {} : { email }),
        ...(inside === undefined ? {} : { inside }),
        ...(check === undefined ? {} : { check }),
      };
    },
    write: (act, decide) => open().transact(act, decide),
    found: async () => {
      if (store !== undefined || homeExists(home)) return;
      const { kind, lines } = await makeHome(ctx, DEFAULT_PREFIX);
      if (kind === "created") for (const line of lines) ctx.warn(line);
    },
    print: sink.print,
    say: (line) => sink.text(`${line}\n`),
    warn: (line) => sink.warn(`${line}\n`),
    touch: (id) => touch(ctx, id),
  };
  return ctx;
}

/** `lines`: the warnings to print. */
export async function makeHome(
  ctx: Ctx,
  prefix: string,
): Promise<{ readonly kind: "created" | "adopted"; readonly lines: readonly string[] }> {
  const [{ makeHome: make }, { choiceText }] = await Promise.all([
    import("../app/new-home.ts"),
    import("../app/choose-coder.ts"),
  ]);
  const { actor, email } = await ctx.act();
  const made = await make(ctx.io, { home: ctx.home, prefix, actor, email });
  const lines = [`Created the home ${ctx.home} (ids start with ${prefix}-).`];
  return made.kind === "created"
    ? { kind: "created", lines: [...lines, choiceText(made.coder)] }
    : { kind: "adopted", lines: [] };
}

/** Refuses a write under --readonly. */
export const readonlyRefusal = (verb: string): Refusal =>
  new Refusal(`operation '${verb}' is not allowed in read-only mode`, { family: "stderr" });

/** The context of a supervisor, or of a command that does a supervisor's work for one attempt while none runs. */
import { Store } from "@fleet/store/store";

import { Ledger } from "../engine/shell/accounts/ledger.ts";
import { redactorOfAll } from "../engine/shell/accounts/redact.ts";
import { systemClock } from "@fleet/kit/clock";
import type { Config } from "../settings/schema.ts";
import { tuningIn } from "../settings/tuning.ts";
import type { Io } from "./io.ts";
import { selfCommand } from "../program/self.ts";
import { uuid4, uuid7 } from "@fleet/kit/uuid";
import type { Context } from "../engine/shell/loop/context.ts";
import { Journal, type JournalEntry } from "../engine/shell/state/journal.ts";

export function makeContext(
  io: Pick<Io, "env">,
  home: string,
  config: () => Config,
  listener?: (entry: JournalEntry) => void,
): Context {
  const clock = systemClock();
  return {
    home,
    store: new Store(home),
    clock,
    journal: new Journal(home, clock.wall, listener, (text) => redactorOfAll(config(), io.env)(text)),
    ledger: new Ledger(home),
    env: io.env,
    self: selfCommand(),
    uuid: { v4: uuid4, v7: () => uuid7(clock.wall()) },
    random: Math.random,
    config,
    tuning: tuningIn(io.env),
  };
}

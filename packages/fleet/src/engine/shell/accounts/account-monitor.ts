/**
 * What a look sees of the accounts: what the running attempts have spent, what each of them waits for by the disk, whose
 * secrets can't be had. What follows from that is core/accounts/keep.ts'.
 */
import type { Config } from "../../../settings/schema.ts";
import type { Context } from "../loop/context.ts";
import { accountOf, recordOf } from "../../core/attempt.ts";
import type { Handle } from "../loop/handle.ts";
import { readParked } from "../state/parked.ts";
import type { Troubles } from "../state/troubles.ts";
import type { Sight } from "../../core/world.ts";
import { written } from "../../../settings/accounts/accounts.ts";
import type { Slot } from "../../core/accounts/choose.ts";
import { slots } from "../../core/accounts/slots.ts";
import type { Spending } from "./ledger.ts";
import { secretTrouble } from "./secrets.ts";

/** What runs is added up this often. */
const METER = 5_000;

/** What it has told so far that it spent. */
function spentBy(handle: Handle): Spending[] {
  const { input = 0, output = 0, costUsd = 0 } = handle.open.tail?.facts ?? {};
  if (input + output + costUsd === 0) return [];
  return [{ uuid: handle.ref.uuid, account: accountOf(handle), tokens: input + output, usd: costUsd }];
}

/** Since when, on each account, the youngest attempt runs that did something and was not refused since. */
function answered(handles: readonly Handle[]): Map<string, number> {
  const since = new Map<string, number>();
  for (const handle of handles) {
    const { acts = 0, retrying } = handle.open.tail?.facts ?? {};
    const record = recordOf(handle);
    if (record === undefined || acts === 0 || retrying !== undefined) continue;
    since.set(record.account, Math.max(since.get(record.account) ?? 0, Date.parse(record.created_at)));
  }
  return since;
}

export class AccountMonitor {
  readonly #context: Context;
  readonly #said: Pick<Troubles, "accounts">;
  #meteredAt = -Infinity;
  #slots: { readonly config: Config; readonly slots: readonly Slot[] } | undefined;

  constructor(context: Context, said: Pick<Troubles, "accounts">) {
    this.#context = context;
    this.#said = said;
  }

  look(handles: readonly Handle[]): Pick<Sight, "accounts" | "accountsSeen"> {
    const { home, clock, env, ledger } = this.#context;
    const config = this.#context.config();
    const wall = clock.wall();
    const isUnsaved = this.#meter(handles, wall) && ledger.isUnsaved;
    const troubles = new Map(
      written(config).flatMap((account) => {
        const trouble = secretTrouble(account, env);
        return trouble === undefined ? [] : [[account.name, trouble] as const];
      }),
    );
    return {
      accounts: this.#slotsOf(config),
      accountsSeen: {
        config,
        parked: readParked(home),
        spent: ledger.today(wall),
        troubles,
        answered: answered(handles),
        isUnsaved,
        told: this.#said.accounts,
      },
    };
  }

  #slotsOf(config: Config): readonly Slot[] {
    if (this.#slots?.config !== config) this.#slots = { config, slots: slots(config) };
    return this.#slots.slots;
  }

  /** True when it was time to. */
  #meter(handles: readonly Handle[], wall: number): boolean {
    const now = this.#context.clock.monotonic();
    if (now - this.#meteredAt < METER) return false;
    this.#meteredAt = now;
    this.#context.ledger.note(handles.flatMap(spentBy), wall);
    return true;
  }
}

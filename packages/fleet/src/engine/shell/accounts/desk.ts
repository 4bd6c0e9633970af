/**
 * The supervisor's accounts: at each look what the running attempts have spent is added up, what time has changed is found,
 * and what the plan needs to choose is handed over. What is worth telling a person is found once.
 */
import { registry } from "@fleet/coders/registry";
import type { Config } from "../../../settings/schema.ts";
import type { Context } from "../loop/context.ts";
import { accountOf, recordOf } from "../../core/attempt.ts";
import type { Handle } from "../loop/handle.ts";
import type { Findings } from "../observe/findings.ts";
import { parksIn } from "../observe/surroundings.ts";
import { readParked } from "../state/parked.ts";
import type { World } from "../../core/world.ts";
import { allAccounts, written } from "../../../settings/accounts/accounts.ts";
import type { Slot } from "../../core/accounts/choose.ts";
import type { Spending } from "./ledger.ts";
import { secretTrouble } from "./secrets.ts";
import { type Capped, share, shareText } from "../../../attempts/limits/spending.ts";
import { resumeLine, standstills } from "../../core/accounts/standstill.ts";
import { called, NEAR, type Today, upkeep } from "../../core/accounts/upkeep.ts";

/** What runs is added up this often. */
const METER = 5_000;

export function slots(config: Config): Slot[] {
  const coders = registry(config.coders);
  return allAccounts(config).map(({ name, coder, order, weight, max }) => {
    const free = coders.get(coder)?.signIn({}, "").needsNone === true;
    return { name, coder, order, weight, max, free };
  });
}

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

export class Desk {
  readonly #context: Context;
  #meteredAt = -Infinity;
  /** What was said: of which day a limit came near, of which coders that nothing of them can run. */
  readonly #near = new Set<string>();
  #standing = new Map<string, string>();
  #slots: { readonly config: Config; readonly slots: readonly Slot[] } | undefined;

  constructor(context: Context) {
    this.#context = context;
  }

  look(
    handles: readonly Handle[],
    findings: Findings,
  ): Pick<World, "accounts" | "parked" | "parkedWhy" | "paused" | "onTrial" | "spentUp"> {
    const { home, clock, env, ledger } = this.#context;
    const config = this.#context.config();
    const wall = clock.wall();
    this.#meter(handles, wall, findings);
    const troubles = new Map(
      written(config).flatMap((account) => {
        const trouble = secretTrouble(account, env);
        return trouble === undefined ? [] : [[account.name, trouble] as const];
      }),
    );
    const today: Today = { wall, spent: ledger.today(wall), troubles };
    const before = readParked(home);
    const { parked, news, limits } = upkeep(config, before, today);
    for (const [name, park] of Object.entries(parked))
      if (park !== before[name]) findings.add({ kind: "park", account: name, park });
    for (const { event, text, about } of news) findings.note(event, text, about);
    const lost = Object.entries(parked).filter(([, park]) => park.kind === "unreadable");
    findings.trouble(
      "parks",
      lost.length === 0
        ? undefined
        : lost
            .map(([name, { reason }]) => `${called(name)} waits until you run: ${resumeLine(name)}: ${reason}`)
            .join("; "),
    );
    this.#warn(limits, wall, findings);
    this.#sayStandstills(standstills(config, parked, wall), findings);
    return { accounts: this.#slotsOf(config), ...parksIn(config, parked, wall, answered(handles)) };
  }

  #slotsOf(config: Config): readonly Slot[] {
    if (this.#slots?.config !== config) this.#slots = { config, slots: slots(config) };
    return this.#slots.slots;
  }

  #meter(handles: readonly Handle[], wall: number, findings: Findings): void {
    const now = this.#context.clock.monotonic();
    if (now - this.#meteredAt < METER) return;
    this.#meteredAt = now;
    const { ledger } = this.#context;
    ledger.note(handles.flatMap(spentBy), wall);
    if (ledger.isUnsaved) findings.add({ kind: "keep-spent" });
  }

  #warn(limits: readonly Capped[], wall: number, findings: Findings): void {
    for (const one of limits) {
      const part = share(one) ?? 0;
      const about = `${new Date(wall).toISOString().slice(0, 10)} ${one.name} ${JSON.stringify(one.cap)}`;
      if (part < NEAR || part >= 1 || this.#near.has(about)) continue;
      this.#near.add(about);
      findings.note("limit", `${called(one.name)} is near its daily limit: ${shareText(one)}`, { account: one.name });
    }
  }

  #sayStandstills(found: ReturnType<typeof standstills>, findings: Findings): void {
    const now = new Map(found.map(({ coder, text }) => [coder, text]));
    for (const [coder, text] of now) if (this.#standing.get(coder) !== text) findings.note("park", text, { coder });
    this.#standing = now;
  }
}

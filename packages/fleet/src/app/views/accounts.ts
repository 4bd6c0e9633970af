/** What `fleet accounts` says of each account, from the home alone. */
import { registry } from "@fleet/coders/registry";
import { fleetRecord, heldBy, isElsewhere } from "@fleet/store/claims";
import { homeId } from "@fleet/store/home-id";
import type { Store } from "@fleet/store/store";

import type { Config } from "../../settings/schema.ts";
import { SHORT, waiting, waitsUntil } from "../../engine/core/accounts/park.ts";
import { readParked } from "../../engine/shell/state/parked.ts";
import { coderOf } from "../../engine/core/tasks.ts";
import { type Account, allAccounts } from "../../settings/accounts/accounts.ts";
import { FLEET } from "../../engine/core/accounts/choose.ts";
import { Ledger } from "../../engine/shell/accounts/ledger.ts";
import type { DailyCap } from "../../settings/accounts/schema.ts";
import { secretTrouble } from "../../engine/shell/accounts/secrets.ts";
import { share, total } from "../../attempts/limits/spending.ts";
import type { Spent } from "../../attempts/records/spent.ts";
import { current, readWindows, type WindowUse } from "../../engine/shell/accounts/window-use.ts";

/** A row of `fleet accounts`; `--json` prints exactly this. */
export interface AccountRow {
  readonly name: string;
  readonly coder: string;
  /** parked: until a reset, midnight or a person · paused: for a moment, or by hand. */
  readonly state: "free" | "parked" | "paused";
  /** RFC 3339, where it waits for a time; else a person ends that. */
  readonly until: string | null;
  readonly reason: string | null;
  /** By the provider's name of the window, as its coder last said; one whose reset has come is left out. */
  readonly windows: Readonly<Record<string, WindowUse>>;
  readonly running: number;
  readonly max: number | undefined;
  readonly spent_today: Spent;
  readonly daily: DailyCap | undefined;
  /** Share of the daily limit, 1 being all of it. */
  readonly daily_share: number | undefined;
  /** Where its secrets come from; never what they are. */
  readonly secrets: readonly string[];
  /** What this command sees against it; the supervisor's environment may differ. */
  readonly problem: string | undefined;
}

function runningOn(store: Store, config: Config): Map<string, number> {
  const counts = new Map<string, number>();
  for (const issue of store.snapshot().live.values()) {
    if (heldBy(issue) === undefined || isElsewhere(issue, homeId(store.gitDir))) continue;
    const name = fleetRecord(issue).account ?? coderOf(issue, config);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

export function accountsReport(
  home: string,
  store: Store,
  config: Config,
  wall: number,
  env: Readonly<Record<string, string | undefined>>,
): AccountRow[] {
  const coders = registry(config.coders);
  const parks = waiting(readParked(home), config.auto_resume, wall);
  const spent = new Ledger(home).today(wall);
  const windows = readWindows(home);
  const running = runningOn(store, config);
  const row = (account: Pick<Account, "name" | "coder" | "max" | "daily" | "secrets">, used: Spent): AccountRow => {
    const { name, coder, max, daily, secrets } = account;
    const park = parks[name];
    const part = share({ name, cap: daily, spent: used });
    const problem = secretTrouble(account, env);
    const isPaused = park !== undefined && (SHORT.has(park.kind) || park.kind === "hand");
    return {
      name,
      coder,
      state: park === undefined ? "free" : isPaused ? "paused" : "parked",
      until: park === undefined || waitsUntil(park, config.auto_resume) === Infinity ? null : park.until,
      reason: park?.reason ?? null,
      windows: current(windows[name] ?? {}, wall),
      running: running.get(name) ?? 0,
      max,
      spent_today: used,
      daily,
      daily_share: part,
      secrets: Object.entries(secrets).map(
        ([variable, from]) => `${variable} from ${"file" in from ? from.file : `$${from.variable}`}`,
      ),
      problem,
    };
  };
  const none: Spent = { tokens: 0, usd: 0 };
  const own = allAccounts(config)
    // The person's own account of a coder that never ran is no news.
    .filter(
      ({ name, coder }) =>
        name in config.accounts ||
        ((coder === config.default_coder || spent.has(name) || running.has(name) || name in parks || name in windows) &&
          (coders.get(coder)?.signIn({}, "").needsNone !== true || running.has(name))),
    )
    .map((account) => row(account, spent.get(account.name) ?? none));
  const { daily } = config;
  const hasCap = daily.usd !== undefined || daily.tokens !== undefined;
  if (!hasCap && !(FLEET in parks)) return own;
  const fleet = row({ name: FLEET, coder: "", max: undefined, daily, secrets: {} }, total(spent));
  return [...own, { ...fleet, running: [...running.values()].reduce((sum, n) => sum + n, 0) }];
}

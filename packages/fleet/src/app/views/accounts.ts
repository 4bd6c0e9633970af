/** What `fleet accounts` says of each account, from the home alone. */
import { knownCoders } from "@fleet/coders/known";
import { heldBy, isElsewhere } from "@fleet/store/claims";
import { fleetRecord } from "@fleet/store/fleet-record";
import { homeId } from "@fleet/store/home-id";
import type { Store } from "@fleet/store/store";

import type { Config } from "../../settings/schema.ts";
import { shownSettings } from "../../settings/shown.ts";
import type { Fleet } from "../open.ts";
import { settingsWarning } from "../settings/settled.ts";
import { parkReason, SHORT, waiting, waitsUntil } from "../../engine/core/accounts/park.ts";
import { ifReadable } from "@fleet/kit/errors";
import { readLiveness } from "../../attempts/records/liveness.ts";
import { dirOf } from "../../attempts/records/paths.ts";
import { leader } from "../../engine/shell/state/leader.ts";
import { readParked } from "../../engine/shell/state/parked.ts";
import { coderOf } from "../../engine/core/tasks.ts";
import { type Account, allAccounts } from "../../settings/accounts/accounts.ts";
import { FLEET } from "../../engine/core/accounts/choose.ts";
import { Ledger } from "../../engine/shell/accounts/ledger.ts";
import type { DailyCap } from "../../settings/accounts/schema.ts";
import { secretTrouble } from "../../engine/shell/accounts/secrets.ts";
import { share, total } from "../../attempts/limits/spending.ts";
import type { Spent } from "../../attempts/records/spent.ts";
import { current, readWindows } from "../../engine/shell/accounts/window-use.ts";

/** How far a usage window is used, as its coder last said. */
export interface WindowRow {
  /** Share of it, 1 being all. */
  readonly utilization: number | null;
  /** RFC 3339. */
  readonly resets: string | null;
  /** In its coder's words. */
  readonly detail: string;
  /** RFC 3339: when it was said. */
  readonly at: string;
}

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
  readonly windows: Readonly<Record<string, WindowRow>>;
  readonly running: number;
  /** The tasks of those that run and do nothing but try again after a refusal, with what they say of it. */
  readonly limited: readonly { readonly task: string; readonly by: string }[];
  readonly max: number | null;
  readonly spent_today: Spent;
  readonly daily: { readonly [cap in keyof DailyCap]-?: number | null } | null;
  /** Share of the daily limit, 1 being all of it. */
  readonly daily_share: number | null;
  /** Where its secrets come from; never what they are. */
  readonly secrets: readonly string[];
  /** What this command sees against it; the supervisor's environment may differ. */
  readonly problem: string | null;
}

export interface AccountsView {
  readonly accounts: readonly AccountRow[];
  /** What is wrong with the settings that this was read from. */
  readonly warning: string | null;
}

interface Runs {
  readonly task: string;
  readonly dir: string;
}

function runningOn(home: string, store: Store, config: Config): Map<string, Runs[]> {
  const runs = new Map<string, Runs[]>();
  for (const issue of store.snapshot().live.values()) {
    const held = heldBy(issue);
    if (held === undefined || isElsewhere(issue, homeId(store.gitDir))) continue;
    const name = fleetRecord(issue).account ?? coderOf(issue, config);
    runs.set(name, [...(runs.get(name) ?? []), { task: issue.id, dir: dirOf(home, issue.id, held) }]);
  }
  return runs;
}

/** As the supervisor last saw it; what can't be read of one attempt says nothing of it. */
const limitedOf = (runs: readonly Runs[]): AccountRow["limited"] =>
  runs.flatMap(({ task, dir }) => {
    const shown = ifReadable(() => readLiveness(dir));
    return shown?.kind === "limited" ? [{ task, by: shown.by }] : [];
  });

export async function accountsReport({ home, store, now, world }: Fleet): Promise<AccountsView> {
  const { env } = world;
  const wall = now();
  const inForce = await shownSettings(home, store);
  const { config } = inForce;
  const coders = knownCoders(config.coders);
  const parks = waiting(readParked(home), config.auto_resume, wall);
  const spent = new Ledger(home).today(wall);
  const windows = readWindows(home);
  const running = runningOn(home, store, config);
  const watched = leader(home) !== undefined;
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
      reason: park === undefined ? null : parkReason(name, park, config.auto_resume),
      windows: Object.fromEntries(
        Object.entries(current(windows[name] ?? {}, wall)).map(
          ([window, { utilization = null, resets = null, detail, at }]) => [
            window,
            { utilization, resets, detail, at },
          ],
        ),
      ),
      running: running.get(name)?.length ?? 0,
      limited: watched ? limitedOf(running.get(name) ?? []) : [],
      max: max ?? null,
      spent_today: used,
      daily: daily === undefined ? null : { usd: daily.usd ?? null, tokens: daily.tokens ?? null },
      daily_share: part ?? null,
      secrets: Object.entries(secrets).map(
        ([variable, from]) => `${variable} from ${"file" in from ? from.file : `$${from.variable}`}`,
      ),
      problem: problem ?? null,
    };
  };
  const none: Spent = { tokens: 0, usd: 0 };
  const own = allAccounts(config)
    // The person's own account of a coder that never ran is no news.
    .filter(
      ({ name, coder }) =>
        name in config.accounts ||
        ((coder === config.default_coder || spent.has(name) || running.has(name) || name in parks || name in windows) &&
          (coders.get(coder)?.needsAccount !== false || running.has(name))),
    )
    .map((account) => row(account, spent.get(account.name) ?? none));
  const { daily } = config;
  const hasCap = daily.usd !== undefined || daily.tokens !== undefined;
  const warning = settingsWarning(inForce) ?? null;
  if (!hasCap && !(FLEET in parks)) return { accounts: own, warning };
  const fleet = row({ name: FLEET, coder: "", max: undefined, daily, secrets: {} }, total(spent));
  const runs = [...running.values()].flat();
  const all = { ...fleet, running: runs.length, limited: watched ? limitedOf(runs) : [] };
  return { accounts: [...own, all], warning };
}

/**
 * What is to be done about the accounts after a look, and what they let start: both from the same state of the parks, the one
 * that holds once time and spending have changed what the disk says. Pure; what was told before is handed in and comes back.
 */
import type { Config } from "../../../settings/schema.ts";
import { type Capped, share, shareText } from "../../../attempts/limits/spending.ts";
import type { Sight, World } from "../world.ts";
import type { Recording } from "../action.ts";
import type { Parked } from "./park.ts";
import { parksIn } from "./parks.ts";
import { resumeLine, standstills } from "./standstill.ts";
import { called, NEAR, type News, type Today, upkeep } from "./upkeep.ts";

/** What a look saw of the accounts. */
export interface AccountsSeen extends Omit<Today, "wall"> {
  readonly config: Config;
  /** As the disk says. */
  readonly parked: Parked;
  /** Since when, by account, an attempt runs that its provider has answered; see `onTrial`. */
  readonly answered: ReadonlyMap<string, number>;
  /** What runs was just added up, and the ledger's file has less. */
  readonly isUnsaved: boolean;
  readonly told: Told;
}

/** What lasts, and was told when it began; told again where it is another one. */
export interface Told {
  /** Limits of the day that came near. */
  readonly near: readonly string[];
  /** Of which coders nothing can run, and how that was said. */
  readonly standing: Readonly<Record<string, string>>;
  /** Accounts of which it can't be read what they wait for. */
  readonly lost: string | undefined;
}

export const NOTHING_TOLD: Told = { near: [], standing: {}, lost: undefined };

/** The world with what its accounts let start, and what is to be done about them. */
export function withAccounts({ accountsSeen: seen, ...rest }: Sight): World {
  const { config } = seen;
  const { parked, news, limits } = upkeep(config, seen.parked, { ...seen, wall: rest.wall });
  const changed = Object.entries(parked).filter(([name, park]) => park !== seen.parked[name]);
  const parks = changed.map(([account, park]): Recording => {
    return { kind: "park", account, park, notes: news.filter(({ about }) => about.account === account) };
  });
  return {
    ...rest,
    ...parksIn(parked, config.auto_resume, rest.wall, seen.answered),
    upkeep: [
      ...(seen.isUnsaved ? [{ kind: "keep-spent" } as const] : []),
      ...parks,
      ...tell(seen.told, {
        day: dayOf(rest.wall),
        near: nearOf(limits, rest.wall),
        standing: standingOf(config, parked, rest.wall),
        parked,
      }),
    ],
  };
}

const dayOf = (wall: number): string => new Date(wall).toISOString().slice(0, 10);

interface Near {
  readonly key: string;
  readonly news: News;
}

function nearOf(limits: readonly Capped[], wall: number): Near[] {
  return limits.flatMap((one) => {
    const part = share(one) ?? 0;
    if (part < NEAR || part >= 1) return [];
    const text = `${called(one.name)} is near its daily limit: ${shareText(one)}`;
    return [
      {
        key: `${dayOf(wall)} ${one.name} ${JSON.stringify(one.cap)}`,
        news: { event: "limit", text, about: { account: one.name } },
      },
    ];
  });
}

const standingOf = (config: Config, parked: Parked, wall: number): Readonly<Record<string, string>> =>
  Object.fromEntries(standstills(config, parked, wall).map(({ coder, text }) => [coder, text]));

const lostIn = (parked: Parked): string | undefined =>
  Object.entries(parked)
    .filter(([, { kind }]) => kind === "unreadable")
    .map(([name, { reason }]) => `${called(name)} waits until you run: ${resumeLine(name)}: ${reason}`)
    .join("; ") || undefined;

interface Lasting extends Pick<Told, "standing"> {
  readonly day: string;
  readonly near: readonly Near[];
  readonly parked: Parked;
}

/** What of it is news; nothing where all of it was told. */
function tell(told: Told, { day, near, standing, parked }: Lasting): Recording[] {
  const newlyNear = near.filter(({ key }) => !told.near.includes(key));
  const newlyStanding = Object.entries(standing).filter(([coder, text]) => told.standing[coder] !== text);
  const lost = lostIn(parked);
  const isOver = Object.keys(told.standing).some((coder) => standing[coder] === undefined);
  if (newlyNear.length + newlyStanding.length === 0 && !isOver && lost === told.lost) return [];
  const ofToday = told.near.filter((key) => key.startsWith(day));
  return [
    {
      kind: "tell-accounts",
      notes: [
        ...newlyNear.map(({ news }) => news),
        ...newlyStanding.map(([coder, text]): News => ({ event: "park", text, about: { coder } })),
      ],
      told: { near: [...ofToday, ...newlyNear.map(({ key }) => key)], standing, lost },
    },
  ];
}

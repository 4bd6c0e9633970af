/** Why no account takes a task now. Pure. */
import type { Reason } from "../reason.ts";
import type { Taken } from "../taken.ts";
import type { World } from "../world.ts";
import { type Choice, FLEET } from "./choose.ts";

const whenOrNever = (until: number): number | null => (until === Infinity ? null : until);

/** Every account that could run it is on hold. */
export function accountsParked(
  coder: string,
  choice: Choice,
  { parked: until, parkedWhy }: Pick<World, "parked" | "parkedWhy">,
): Reason | undefined {
  if (choice.kind === "account") return undefined;
  const parked = choice.rooms.flatMap(({ name, room }) => (room.kind === "parked" ? [{ name, ...room }] : []));
  if (parked.length < choice.rooms.length) return undefined;
  const why = (name: string): string => parkedWhy[name] ?? "parked";
  if (parked.every(({ fleet }) => fleet))
    return { kind: "fleet-parked", until: whenOrNever(until[FLEET] ?? Infinity), why: why(FLEET) };
  const accounts = parked
    .sort((a, b) => a.until - b.until)
    .map((one) => ({ account: one.name, until: whenOrNever(one.until), why: why(one.fleet ? FLEET : one.name) }));
  return { kind: "parked", coder, accounts, session: choice.session };
}

/** Those that are not have no room just now. */
export function accountsFull(choice: Choice, taken: Taken): Reason | undefined {
  if (choice.kind === "account") return undefined;
  const { rooms, session } = choice;
  const rising = rooms.flatMap(({ name, room }) => (room.kind === "rising" ? [{ name, at: room.at }] : []));
  const [next] = rising.sort((a, b) => a.at - b.at);
  if (next !== undefined) return { kind: "account-rising", account: next.name, at: next.at, session };
  const trial = rooms.find(({ room }) => room.kind === "trial");
  if (trial !== undefined) {
    const account = trial.name;
    return { kind: "account-trial", account, by: taken.onAccount(account).slice(), session };
  }
  const accounts = rooms.flatMap(({ name, room }) => (room.kind === "full" ? [name] : []));
  const by = accounts.flatMap((name) => taken.onAccount(name));
  return { kind: "account-full", accounts, ...taken.takers(by), session };
}

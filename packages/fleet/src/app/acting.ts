/** The actor: an attempt's name, number and secrets come from its record, not from what its caller says. */
import { attemptName, heldBy } from "@fleet/store/claims";
import type { Act } from "@fleet/store/decision";
import { refusedByMachine } from "@fleet/kit/shortage";
import { type Who, whoOf } from "@fleet/store/inside";
import { homeExists } from "@fleet/store/home";
import type { Snapshot } from "@fleet/store/snapshot";
import { Store } from "@fleet/store/store";

import { type Speaker, speakerOf, type Surroundings } from "../attempts/process/speaker.ts";
import type { Io } from "./io.ts";

/** The parts of an act that tell whence it comes; `actor` is there for an attempt alone. */
export type Acting = Pick<Act, "inside" | "check"> & { readonly actor?: string };

export async function actingHere(
  io: Pick<Io, "env">,
  home: string,
  snapshot = snapshotOf(home),
  around?: Surroundings,
): Promise<Acting> {
  const speaker = await speakerOf(io.env, home, (uuid) => taskHeldBy(snapshot(), uuid), around);
  if (speaker.kind === "person") return {};
  return speaker.kind === "check" ? { check: true } : await asAttempt(io, home, speaker, snapshot());
}

/** As `actingHere`, where only who it is matters. */
export const whoHere = async (io: Pick<Io, "env">, home: string): Promise<Who> => whoOf(await actingHere(io, home));

const snapshotOf = (home: string) => (): Snapshot | undefined => {
  try {
    return homeExists(home) ? new Store(home).snapshot() : undefined;
  } catch (error) {
    // A machine that is short of something did not tell which attempt this is: without the error it would pass for a person.
    if (refusedByMachine(error) !== undefined) throw error;
    // The caller that needs it reports what is wrong with it.
    return undefined;
  }
};

function taskHeldBy(snapshot: Snapshot | undefined, uuid: string): string | undefined {
  for (const issue of snapshot?.live.values() ?? []) if (heldBy(issue)?.uuid === uuid) return issue.id;
  return undefined;
}

async function asAttempt(
  io: Pick<Io, "env">,
  home: string,
  { task, uuid, variable }: Extract<Speaker, { kind: "attempt" }>,
  snapshot: Snapshot | undefined,
): Promise<Acting> {
  const issue = snapshot?.liveIssue(task);
  const held = issue === undefined ? undefined : heldBy(issue);
  const isHeld = held?.uuid === uuid;
  const n = isHeld ? held.n : (await import("../attempts/records/paths.ts")).numberOf(home, task, uuid);
  const isOwn = (name: string | undefined): name is string => name?.endsWith(attemptName("", uuid)) === true;
  const actor = [isHeld ? issue?.assignee : undefined, variable("BEADS_ACTOR"), io.env["BEADS_ACTOR"]].find(isOwn);
  const names = (variable("FLEET_SECRETS") ?? io.env["FLEET_SECRETS"] ?? "").split(" ");
  const secrets = names.flatMap((name) =>
    [variable(name), io.env[name]].flatMap((value) => (value === undefined || value === "" ? [] : [{ name, value }])),
  );
  return { inside: { task, uuid, n, secrets }, actor: actor ?? attemptName("agent", uuid) };
}

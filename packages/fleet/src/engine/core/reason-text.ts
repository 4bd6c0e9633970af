/** The reasons in words. Pure. */
import { counted } from "@fleet/kit/figures";
import { someOf } from "@fleet/kit/text";
import { localTimes, moment, wait } from "@fleet/kit/when";
import { holdText } from "@fleet/store/hold";
import { stamp } from "@fleet/store/time";

import { FLEET } from "./accounts/choose.ts";
import { resumeLine } from "./accounts/standstill.ts";
import { failedStarts } from "./breaker.ts";
import type { Reason, Takers, Waiting } from "./reason.ts";
import { ownCopy, SHARE, useCoder } from "./remedies.ts";

/** Moments in milliseconds since 1970, as people read them: when, and how long until then. */
export interface Times {
  readonly moment: (at: number) => string;
  readonly wait: (at: number) => string;
}

const timesAt = (now: number): Times => ({ moment: (at) => moment(at, now), wait: (at) => wait(at, now) });

/** As programs read them. */
const STAMPS: Times = { moment: stamp, wait: (at) => `at ${stamp(at)}` };

/** For people, who read it now. */
export const reasonNow = (id: string, reason: Reason, now: number): string =>
  localTimes(reasonText(id, reason, timesAt(now)), now);

/** So many tasks are named, and the others counted. */
const NAMED = 5;

const named = (ids: readonly string[]): string => someOf(ids, NAMED);

/** Which attempts use the limit; for those that can't be seen from here, where they are. */
function byWhom({ by, elsewhere }: Takers): string {
  const of = (task: string): string => {
    const where = elsewhere[task];
    return where === undefined ? task : `${task} on ${where}`;
  };
  return by.length === 0 ? "" : ` (${named(by.map(of))})`;
}

const onSession = (session: boolean): string => (session ? "; its session is on that account" : "");

/** `times`: for whom; without them RFC 3339, and the moment that `endsAt` gives is left out where it stands alone. */
export function reasonText(id: string, reason: Reason, times?: Times): string {
  const until = (at: number): string => (times === undefined ? "" : ` until ${times.moment(at)}`);
  switch (reason.kind) {
    case "running":
      return `attempt ${reason.attempt} works on it`;
    case "elsewhere":
      return "an attempt of another home works on it";
    case "record-unknown":
      return "fleet's record on it can't be understood, so an attempt may hold it";
    case "needs-you":
      return reason.note ?? "blocked";
    case "asked":
      return `${reason.claim === null ? "" : "says it is done, but "}${reason.missing.join("; ")}: fleet approve ${id}, or fleet reject ${id} -m "…"`;
    case "in-review":
      return `done (${reason.grade}), and waits for review: fleet review ${id}`;
    case "to-pick":
      return `${reason.grade === null ? `not proven (${reason.missing.join("; ")})` : `done (${reason.grade})`}, and waits to be compared: fleet compare ${reason.epic}, then fleet pick ${id}`;
    case "landing":
      return `done, and not on its target yet: fleet land ${id}`;
    case "pull-request":
      return reason.url === null
        ? "done; a pull request for it is about to be opened"
        : `done; lands once its pull request is merged: ${reason.url}`;
    case "landing-after":
      return `done; lands once ${named(reason.on)} ${reason.on.length === 1 ? "is" : "are"} over`;
    case "landing-next":
      return `done; lands next${reason.behind.length === 0 ? "" : `, after ${named(reason.behind)}`}`;
    case "landing-now":
      return "done; being checked and brought onto its target";
    case "landing-held":
      return `done, and waits to land: ${reason.why}${reason.command === null ? "" : `: ${reason.command}`}`;
    case "container": {
      const { type, open, children } = reason;
      return `type ${type}: no coder works on it (${children === 0 ? "no children" : `${open} of ${counted(children, "child", "children")} open`})`;
    }
    case "left-behind":
      return `held by ${reason.assignee}, an attempt that has ended; to start it again: fleet retry ${id}`;
    case "status":
      if (reason.assignee !== null) return `held by ${reason.assignee}`;
      return `status ${reason.status}${reason.note === null ? "" : `; ${reason.note}`}`;
    case "assigned":
      return `assigned to ${reason.to}${reason.deferred ? ", and deferred" : ""}; to let fleet start it: fleet bd update ${id} --assignee ""`;
    case "set-aside":
      return setAside(id, reason.as, reason.type);
    case "deferred":
      return deferred(id, reason, until);
    case "dependencies":
      return `waits for ${named(reason.on)}`;
    case "held":
      return holdText(id, reason.hold);
    case "no-directory":
      return `it has no directory: fleet bd update ${id} --cwd DIR --coder NAME`;
    case "store-unknown":
      return "the queue can't be read: fleet bd doctor";
    case "no-coder":
      return "no coder: fleet config set default_coder=claude";
    case "coder-unknown":
      return `there is no coder ${reason.coder}${reason.meant === null ? " (fleet coders lists them)" : `; did you mean ${reason.meant}`}: ${useCoder(id, reason.meant)}`;
    case "backoff":
      return `${reason.after ?? "tried"}${times === undefined ? "" : `; again ${times.wait(reason.until)}`}`;
    case "breaker": {
      const { of, name, failures, from, error } = reason;
      return `${failedStarts(of, name, failures)}; next try ${(times ?? STAMPS).wait(from)}: ${error}`;
    }
    case "probed":
      if (reason.of === "setup") return `the setup of ${reason.name} failed; ${reason.by} tests whether it works again`;
      return `${reason.name} keeps failing to start; ${reason.by} tests whether it works again`;
    case "strayed":
    case "no-clone":
      return reason.why;
    case "directory-silent":
      return `no response from the directory ${reason.directory}`;
    case "fleet-parked":
      return `the fleet waits ${waitText(FLEET, reason, times ?? STAMPS)}`;
    case "parked":
      return parked(reason, times ?? STAMPS);
    case "unreadable":
    case "blind":
      return reason.why;
    case "unsettled":
      return `config.yaml is invalid, and no version of it was accepted before: ${reason.why}`;
    case "unsupervised":
      return "no supervisor runs: fleet run start";
    case "supervised-elsewhere":
      return `a supervisor that can't be seen from here may start it: ${reason.where}; only if that place is gone for good: fleet run start --force`;
    case "stopping":
      return "the supervisor is about to stop: fleet run start";
    case "draining":
      return "the fleet is draining: fleet resume";
    case "paused":
      return "the fleet is paused: fleet resume";
    case "machine":
      return reason.why;
    case "fleet-full":
      return `max_concurrent ${reason.max} is reached${byWhom(reason)}`;
    case "coder-full":
      return `max_per_coder ${reason.max} is reached by ${reason.coder}${byWhom(reason)}`;
    case "directory-full":
      return `max_per_cwd ${reason.max} is reached in ${reason.directory}${byWhom(reason)}`;
    case "directory-taken":
      return `an agent works in ${reason.directory}${byWhom(reason)}, and one at a time does; to have them at once, give it a copy of its own: ${ownCopy(id)}, or let them share: ${SHARE}`;
    case "project-full":
      return `max ${reason.max} is reached in the project ${reason.project}${byWhom(reason)}`;
    case "review-full":
      return `max_in_review ${reason.max} is reached in the project ${reason.project} (${named(reason.by)}): fleet review`;
    case "same-files":
      return `${meetText(reason.files)}${byWhom(reason)}, and same_files says wait`;
    case "quiet":
      return `a check of ${reason.by} is to be repeated in ${reason.directory} while nothing else runs there`;
    case "account-full":
      return `max is reached by ${reason.accounts.length === 1 ? "account" : "accounts"} ${reason.accounts.join(", ")}${byWhom(reason)}${onSession(reason.session)}`;
    case "account-trial":
      return `${reason.by.join(", ")} tries whether ${reason.account} works again; the others wait for the result${onSession(reason.session)}`;
    case "account-rising":
      return `the limit of ${reason.account} has reset, and its attempts start one after the other${until(reason.at)}${onSession(reason.session)}`;
  }
}

/** "src/a may be changed by another", by what both say. */
export const meetText = ([mine, its]: readonly [string, string]): string =>
  mine === its ? `another may change ${its} too` : `it may change ${mine}, and another ${its}`;

function setAside(id: string, as: Extract<Reason, { kind: "set-aside" }>["as"], type: string): string {
  switch (as) {
    case "pinned":
      return "pinned";
    case "template":
      return "a template";
    case "ephemeral":
      return `ephemeral; to let fleet start it: fleet bd update ${id} --persistent`;
    case "type":
      return `type ${type}: no coder works on it`;
  }
}

function deferred(
  id: string,
  { by, until, date }: Extract<Reason, { kind: "deferred" }>,
  say: (at: number) => string,
): string {
  const what = by === id ? "deferred" : `${by} is deferred`;
  if (until !== null) return `${what}${say(until)}`;
  const why = date === null ? " without a date" : ` until ${JSON.stringify(date)}, which is not a time`;
  return `${what}${why}; to start it: fleet bd undefer ${by}`;
}

/** "until 14:09: the reason". */
function waitText(account: string, { until, why }: Pick<Waiting, "until" | "why">, { moment }: Times): string {
  return `until ${until === null ? `you run: ${resumeLine(account)}` : moment(until)}: ${why}`;
}

function parked({ coder, accounts, session }: Extract<Reason, { kind: "parked" }>, times: Times): string {
  const [first, ...others] = accounts.map((one) => `${one.account} ${waitText(one.account, one, times)}`);
  if (first === undefined) return `no account of ${coder} is free`;
  const waits = first.replace(" until ", " waits until ");
  if (session) return `its session is on ${waits.replace(" waits ", ", which waits ")}`;
  return others.length === 0 ? waits : `all accounts of ${coder} wait; first ${first}; then ${others.join("; ")}`;
}

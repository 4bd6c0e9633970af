/** The kinds of journal lines: a closed set, so that readers of the feed can tell them apart. */
import { LIVENESS_KINDS } from "../../attempts/records/liveness.ts";
import { OUTCOMES } from "../../attempts/records/outcome.ts";

/** Events of the supervisor beside ends and liveness of attempts. */
const OWN = [
  /** The supervisor: it began, was asked to stop (or an attempt was), ended, read new settings. */
  "start",
  "stop",
  "exit",
  "config",
  /** An attempt: its task was claimed, it was found running, a check of it begins, processes of it were left over. */
  "claim",
  "adopt",
  "check",
  /** A concurrent attempt may change the same files. */
  "same-files",
  /** Nothing refuses its writes outside of what the task may change as they happen. */
  "unguarded",
  "sweep",
  /** `kept`: a person decided meanwhile what becomes of the task. */
  "kept",
  /** All of it was stopped (SIGSTOP, docker pause), and resumed. */
  "frozen",
  "thawed",
  /** A limit of a task or an account is nearly used up. */
  "limit",
  /** An account, a coder or a directory gets nothing new; and again something. */
  "park",
  "go-on",
  "unpark",
  /** Housekeeping while nothing else was to do. */
  "tidy",
  /** A problem: logged when it appears and when it clears. */
  "trouble",
  "mended",
  /** Nothing starts, whatever waits: see machine.ts. */
  "hold",
] as const;

/** Actions of a person, by any front end. */
const BY_PERSON = [
  /** A question of an agent was answered. */
  "answer",
  /** A completion claim was accepted, or sent back. */
  "approve",
  "reject",
  /** One task of an experiment was picked, and the others were closed. */
  "pick",
  /** The work of a task was brought onto its target. */
  "land",
  /** The pull request of a task was opened, went back, or is over. */
  "pull",
  /** A task was put back into the queue. */
  "retry",
  /** An attempt was ended by hand. */
  "kill",
  /** Nothing new is claimed, in all or on one account; the same until nothing runs; claimed again. */
  "pause",
  "drain",
  "resume",
  /** Settings were changed. */
  "set",
] as const;
export type PersonsEvent = (typeof BY_PERSON)[number];

/** All of them, each once: a word may be an outcome and a kind of liveness as well. */
export const JOURNAL_EVENTS = [...new Set([...OWN, ...BY_PERSON, ...OUTCOMES, ...LIVENESS_KINDS])];
export type JournalEvent = (typeof JOURNAL_EVENTS)[number];

/** The subject of an event, as data beside its text; absent fields do not apply. */
export interface About {
  readonly task?: string | undefined;
  /** The number of the attempt. */
  readonly attempt?: number | undefined;
  readonly coder?: string | undefined;
  readonly model?: string | undefined;
  readonly account?: string | undefined;
  /** The person, where a person did it. */
  readonly by?: string | undefined;
  /** RFC 3339: when it is over by itself, or tried again. */
  readonly until?: string | undefined;
}

const KNOWN: ReadonlySet<string> = new Set(JOURNAL_EVENTS);
export const isJournalEvent = (word: string): word is JournalEvent => KNOWN.has(word);

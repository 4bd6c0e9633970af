/**
 * Whose fault it was that a run ended badly: one closed set for every coder. Each coder has a table of the texts and statuses
 * by which it tells them; what follows from a cause is fleet's to say.
 */
import { shortageInText } from "@fleet/kit/shortage";
import * as z from "zod/mini";

export const CAUSES = [
  /** A usage window of the account is used up, until its reset. */
  "window",
  /** Requests came too fast: it passes within minutes. */
  "minute",
  /** The provider could not be reached, or could not answer: refused, unreachable, no name, 5xx, overloaded, at capacity. */
  "outage",
  /** It is not signed in, or its key is refused. */
  "sign-in",
  /** Nothing is left to pay with, or what may be spent is spent. */
  "credit",
  /** The provider holds or has disabled the account. */
  "on-hold",
  /** The model's context is full. */
  "context",
  /** The session that it was to resume is not there. */
  "lost-session",
  /** The session is there, and the provider refuses its history: whoever resumes it ends the same way. */
  "poisoned-session",
  /** A cap on cost that was given to the coder was reached. */
  "budget",
  /** A cap on turns that was given to the coder was reached. */
  "turns",
  /** The machine had no process, thread, memory, open file or room on a disk left. */
  "machine",
  /** Anything else: the task's own. */
  "task",
] as const;
export type Cause = (typeof CAUSES)[number];

/** As they were called before: in the settings of declared coders, and in events that were written down. */
const FORMER = {
  "rate-limit": "minute",
  overload: "outage",
  auth: "sign-in",
  "context-full": "context",
  other: "task",
} as const satisfies Record<string, Cause>;

const isFormer = (word: string): word is keyof typeof FORMER => Object.hasOwn(FORMER, word);

export const cause = z.pipe(
  z.enum([...CAUSES, "rate-limit", "overload", "auth", "context-full", "other"]),
  z.transform((word): Cause => (isFormer(word) ? FORMER[word] : word)),
);

/** The scope of a limit that is reported while a coder runs: causes that pass on their own. */
const PASSING = ["window", "minute", "outage"] as const;
export type Passing = (typeof PASSING)[number];

export const passing = z.pipe(
  z.enum([...PASSING, "overload"]),
  z.transform((word): Passing => (word === "overload" ? "outage" : word)),
);

export const isPassing = (one: Cause | undefined): one is Passing =>
  one === "window" || one === "minute" || one === "outage";

/** The first that fits says it. Matched against what a coder or a provider says of an error, never against a model's words. */
export type Sentences = readonly (readonly [says: RegExp, cause: Cause])[];

export function causeIn(sentences: Sentences, said: string): Cause | undefined {
  return sentences.find(([says]) => says.test(said))?.[1];
}

/** The cause behind an HTTP status of the model's API. */
export function causeOfStatus(status: number | undefined): Cause | undefined {
  if (status === undefined) return undefined;
  if (status === 401 || status === 403) return "sign-in";
  if (status === 402) return "credit";
  if (status === 413) return "context";
  if (status === 429) return "minute";
  return status === 408 || (status >= 500 && status < 600) ? "outage" : undefined;
}

/** Error texts of systems and HTTP libraries about a failed connection. */
const NETWORK: Sentences = [
  [
    /\bE(?:CONNREFUSED|CONNRESET|CONNABORTED|NOTFOUND|AI_AGAIN|TIMEDOUT|HOSTUNREACH|NETUNREACH|NETDOWN|PIPE)\b/,
    "outage",
  ],
  [/\b(?:getaddrinfo|dns error|failed to lookup address|name or service not known|no such host)\b/i, "outage"],
  [/\btemporary failure in name resolution\b/i, "outage"],
  [/\bfetch failed\b|\bfailed to fetch\b|\bsocket hang up\b|\bFailedToOpenSocket\b/i, "outage"],
  [/\bconnection ?(?:was )?(?:refused|reset|dropped|closed|failed|error|timed out|lost)\b/i, "outage"],
  [/\b(?:unable|cannot|could not|can.t|failed) to connect\b|\bcannot connect to api\b/i, "outage"],
  [/\bnetwork (?:is unreachable|is down|error)\b|\bno route to host\b/i, "outage"],
  [/\berror sending request\b|\brequest timed out\b|\btls handshake\b/i, "outage"],
];

/** Error texts of systems and libraries about a shortage of the machine (kit's `shortageInText` knows the C library's). */
const MACHINE: Sentences = [
  [/\b(?:ENOMEM|EMFILE|ENFILE|ENOSPC|EDQUOT)\b|\b(?:spawn|fork)\b.*\bEAGAIN\b/, "machine"],
  [/\b(?:uv_thread_create|pthread_create)\b/, "machine"],
];

/** Whether a program said, when it ended, that it was this. */
export const saysMachine = (said: string): boolean =>
  shortageInText(said) !== undefined || causeIn(MACHINE, said) !== undefined;

/** Error texts of the providers' APIs, for every coder. */
export const PROVIDERS: Sentences = [
  [/\baccount (?:is|has been) (?:on hold|disabled|suspended|deactivated|restricted)\b/i, "on-hold"],
  [/\borganization (?:is|has been) (?:disabled|suspended)\b|\bdisabled organization\b|\baccount_on_hold\b/i, "on-hold"],
  [/\bcredit balance (?:is )?too low\b|\binsufficient[_ ](?:quota|balance|credits?|funds)\b/i, "credit"],
  [/\bexceeded your current quota\b|\bout of credits?\b|\bbilling (?:hard limit|details|not active)\b/i, "credit"],
  [/\bpayment required\b|\bprepayment\b|\bINSUFFICIENT_G1_CREDITS_BALANCE\b/i, "credit"],
  [/\b(?:daily|per ?day|weekly|monthly) (?:quota|limit)\b|\busage limit (?:reached|exceeded)\b/i, "window"],
  [/\bquota reached\b/i, "window"],
  [/\bexhausted your (?:daily quota|capacity)\b|\bquota will reset after\b|\bQUOTA_EXHAUSTED\b/i, "window"],
  [/\bMODEL_CAPACITY_EX(?:HAUSTED|CEEDED)\b|\bno capacity available\b|\bat capacity\b|\bover capacity\b/i, "outage"],
  [/\boverloaded(?:_error)?\b|\bhigh (?:demand|load|traffic)\b|\bservice[ _-]unavailable\b/i, "outage"],
  [/\binternal server error\b|\bbad gateway\b|\bgateway time-?out\b|"?status"?: ?"?UNAVAILABLE\b/i, "outage"],
  [/\bUNAVAILABLE \(code 503\)/, "outage"],
  [/\btoo[ _-]many[ _-]requests\b|\brate[ _-]?limit/i, "minute"],
  [/\bresource[ _]?(?:has been )?exhausted\b/i, "minute"],
  [/\b(?:invalid|incorrect|expired|missing) (?:x-)?api[ -]?key\b|\bapi key (?:not valid|expired)\b/i, "sign-in"],
  [
    /\bAPI_KEY_INVALID\b|\bUNAUTHENTICATED\b|\bauthentication_error\b|\binvalid_grant\b|\bunauthori[sz]ed\b/i,
    "sign-in",
  ],
  [/\bnot (?:logged|signed) in\b|\b(?:log|sign) in again\b|\blogin required\b/i, "sign-in"],
  [/\bprompt is too long\b|\bmaximum context length\b|\bcontext[ _]length[ _]exceeded\b/i, "context"],
  [/\binput token count\b.*\bexceeds\b|\bexceeds (?:the )?(?:model's )?context\b/i, "context"],
  [/\btool_use[`'"]? ids were found without\b|\bunexpected [`'"]?tool_use_id\b/i, "poisoned-session"],
  [/\bthinking[`'"]? blocks?.* cannot be modified\b/i, "poisoned-session"],
  ...NETWORK,
];

/**
 * What claude (2.1.328) says in the model's place when a run ends badly. Its own fields tell more surely (limits.ts); these
 * sentences tell apart what comes under one field, and say it where the fields are missing.
 */
import type { Sentences } from "../cause.ts";

export const SENTENCES: Sentences = [
  [/^Your account is on hold\b|\bOAuth account is on hold\b|\bdisabled organization\b/, "on-hold"],
  [/\bhas disabled Claude subscription access\b|\baccount has been (?:disabled|suspended)\b/i, "on-hold"],
  [/\b(?:hit|reached) your (?:[\w']+ )*spend limit\b|\bchannel's monthly spend limit\b/i, "credit"],
  [
    /\bout of (?:extra usage|usage credits|usage)\b|\brequires usage credits\b|\busage credit cap is reached\b/i,
    "credit",
  ],
  [
    /\busage allocation has been disabled\b|\bdoesn't include (?:usage|extra usage)\b|\blimit is set to \$0\b/i,
    "credit",
  ],
  [/\bCredit balance (?:is )?too low\b/i, "credit"],
  [/\bServer is temporarily limiting requests\b/, "minute"],
  [/^You've (?:hit|reached) your .*limit\b|\b(?:usage|session|weekly|\d+-hour) limit reached\b/i, "window"],
  [/^Not logged in\b|\bPlease run \/login\b|\bRun \/login\b|\bInvalid (?:API key|auth token)\b/, "sign-in"],
  [/\bOAuth token (?:revoked|has expired)\b|\bAuthentication required\b|\b(?:login|session has) expired\b/, "sign-in"],
  [/\bFailed to authenticate\b|\bapiKeyHelper script is failing\b|\bdisabled API key authentication\b/, "sign-in"],
  [/\bdoes not have access to Claude\b/, "sign-in"],
  [/\bRepeated 529\b|\bis experiencing high load\b|\bOverloaded\b/, "outage"],
  [/\bUnable to connect to API\b|\bRequest timed out\b|^API Error: (?:Connection|5\d\d|Internal)\b/, "outage"],
  [/^Prompt is too long\b|\brequest_too_large\b/, "context"],
  [/\bNo conversation found with session ID\b|\bSession ID \S+ is already in use\b/, "lost-session"],
  [/^API Error: 400 (?:due to tool use concurrency|orphaned tool_result|duplicate tool_use)/, "poisoned-session"],
  [/^API Error: Missing Tool Result Block\b/, "poisoned-session"],
];

/**
 * Every sentence by which a coder tells a limit, an outage, a sign-in, a lack of credit, or a session or context that can't go
 * on: whose fault it was, and until when it lasts, where it says so.
 */
import { agy } from "../src/agy/index.ts";
import type { Cause } from "../src/cause.ts";
import { claude } from "../src/claude/index.ts";
import type { Coder } from "../src/coder.ts";
import { codex } from "../src/codex/index.ts";
import { declared, DeclaredCoder } from "../src/declared/index.ts";
import { gemini } from "../src/gemini/index.ts";
import { opencode } from "../src/opencode/index.ts";

/** When all of them were said, and where: nine in the evening. */
export const SAID = "2026-11-29T20:00:00.000Z";
export const ZONE = "Europe/Berlin";

/** `until`: the end of the minute, or of the duration, that is told; of a time that is past, that time. */
type Row = readonly [says: string, cause: Cause, until?: string];

export interface Sentence {
  readonly coder: Coder;
  readonly says: string;
  readonly cause: Cause;
  readonly until: string | undefined;
  /** How it was said. */
  readonly log: readonly string[];
  readonly stderr: string;
}

/** claude's last line, in which it puts its own words in the model's place. */
export const claudeResult = (more: object): string[] => [
  JSON.stringify({ type: "result", is_error: true, num_turns: 1, terminal_reason: "api_error", ...more }),
];

const CLAUDE: readonly Row[] = [
  ["You've hit your session limit · resets 3am (America/New_York)", "window", "2026-11-30T08:01:00.000Z"],
  ["You've hit your 5-hour limit · resets 12:13pm (UTC)", "window", "2026-11-30T12:14:00.000Z"],
  ["You've hit your weekly limit · resets Nov 30, 3pm (UTC) · progress saved", "window", "2026-11-30T15:01:00.000Z"],
  ["You've hit your Opus limit · resets 3pm (UTC)", "window", "2026-11-30T15:01:00.000Z"],
  ["You've reached your weekly limit", "window"],
  ["You've hit your session limit · resets 9:02pm (Europe/Berlin)", "window", "2026-11-29T20:03:00.000Z"],
  // Two minutes ago: now.
  ["You've hit your session limit · resets 8:58pm (Europe/Berlin)", "window", "2026-11-29T19:59:00.000Z"],
  ["You've hit your session limit · resets 12am (Europe/Berlin)", "window", "2026-11-29T23:01:00.000Z"],
  ["You've hit your weekly limit · resets Mar 28, 3am (Europe/Berlin)", "window", "2027-03-28T01:01:00.000Z"],
  // Without its zone it is the next such on this machine's clock.
  ["5-hour limit reached ∙ resets 6pm", "window", "2026-11-30T17:01:00.000Z"],
  ["5-hour limit reached ∙ resets 11pm", "window", "2026-11-29T22:01:00.000Z"],
  ["Session limit reached ∙ resets 2am (Europe/Berlin)", "window", "2026-11-30T01:01:00.000Z"],
  ["Weekly limit reached ∙ resets Dec 2 at 1pm", "window", "2026-12-02T12:01:00.000Z"],
  ["Opus weekly limit reached ∙ resets Dec 2, 1pm (UTC)", "window", "2026-12-02T13:01:00.000Z"],
  [
    "Claude usage limit reached. Your limit will reset at 3pm (America/Santiago).",
    "window",
    "2026-11-30T18:01:00.000Z",
  ],
  ["Claude AI usage limit reached|1796068800", "window", "2026-11-30T20:00:00.000Z"],
  ["You've hit your monthly spend limit · raise it at https://claude.ai/settings/usage", "credit"],
  ["You've hit your channel's monthly spend limit.", "credit"],
  ["You're out of usage credits. Switch to another model to continue.", "credit"],
  ["You're out of extra usage · resets 3pm (UTC)", "credit"],
  ["Your org is out of usage · add funds to continue", "credit"],
  ["Your organization is out of usage credits. Contact your admin to add more.", "credit"],
  ["Your organization's usage credit cap is reached for this period. Contact your admin to raise it.", "credit"],
  ["Fable 5 requires usage credits. Run /usage-credits to continue or switch models with /model.", "credit"],
  ["Your usage allocation has been disabled by your admin", "credit"],
  ["Credit balance is too low", "credit"],
  ["Server is temporarily limiting requests (not your usage limit)", "minute"],
  ["API Error: 429 Too Many Requests", "minute"],
  [
    "API Error: Request rejected (429) · This request would exceed your account's rate limit. Please try again later.",
    "minute",
  ],
  [
    "Your account is on hold and can't use Claude Code. View details or appeal: https://claude.ai/restricted",
    "on-hold",
  ],
  ["Your ANTHROPIC_API_KEY belongs to a disabled organization · Update or unset the environment variable", "on-hold"],
  [
    "Your organization has disabled Claude subscription access for Claude Code · Use an Anthropic API key instead",
    "on-hold",
  ],
  [
    "Your organization has disabled API key authentication · Run /login to sign in with your claude.ai account",
    "sign-in",
  ],
  ["Not logged in · Please run /login", "sign-in"],
  ["Invalid API key · Fix external API key", "sign-in"],
  ["Invalid auth token · Fix external auth token", "sign-in"],
  ["OAuth token revoked · Please run /login", "sign-in"],
  ["OAuth token has expired. Please obtain a new token or refresh your existing token.", "sign-in"],
  ["Your organization does not have access to Claude. Please login again or contact your administrator.", "sign-in"],
  ['API Error: 401 {"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}', "sign-in"],
  ["Your session has expired. Please run /login to sign in again.", "sign-in"],
  ["Authentication required · Sign in again to continue", "sign-in"],
  ["Failed to authenticate: your claude.ai login expired.", "sign-in"],
  [
    "Your apiKeyHelper script is failing · This usually means you need to re-authenticate with your provider",
    "sign-in",
  ],
  ["API Error: 529 Overloaded. This is a server-side issue, usually temporary.", "outage"],
  ["Repeated 529 Overloaded errors", "outage"],
  ['API Error: 529 {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}', "outage"],
  ["API Error: Connection error.", "outage"],
  ["API Error (Request timed out.)", "outage"],
  ["API Error: fetch failed", "outage"],
  [
    "Request timed out. If the API is slow to answer, or a proxy or gateway holds responses, set API_TIMEOUT_MS above 3000.",
    "outage",
  ],
  ["Opus is experiencing high load, please use /model to switch to Sonnet", "outage"],
  ["API Error: 500 Internal server error.", "outage"],
  ["API Error: 502 Bad Gateway", "outage"],
  [
    "API Error: Connection refused (ECONNREFUSED). Check the gateway set in ANTHROPIC_BASE_URL, then try again.",
    "outage",
  ],
  [
    "API Error: Connection dropped (ECONNRESET). Check the gateway set in ANTHROPIC_BASE_URL, then try again.",
    "outage",
  ],
  ["API Error: Unable to connect to API (ENOTFOUND)", "outage"],
  ["Unable to connect to API. Check your internet connection", "outage"],
  ["Request timed out", "outage"],
  ["Prompt is too long", "context"],
  ["No conversation found with session ID: 5c9d0a3e-0000-4000-8000-000000000000", "lost-session"],
  ["API Error: 400 due to tool use concurrency issues.", "poisoned-session"],
  ["API Error: 400 orphaned tool_result in conversation history.", "poisoned-session"],
  ["API Error: 400 duplicate tool_use ID in conversation history.", "poisoned-session"],
  ["API Error: Missing Tool Result Block", "poisoned-session"],
  ["API Error: 400 messages.3: all messages must have non-empty content", "task"],
  ["Output blocked by content filtering policy", "task"],
  ["API Error: Claude's response exceeded the 128000 output token maximum.", "task"],
];

/** On standard error alone. */
const CLAUDE_STDERR: readonly Row[] = [
  ["No conversation found with session ID: 5c9d0a3e-0000-4000-8000-000000000000", "lost-session"],
  ["Error: Session ID 5c9d0a3e-0000-4000-8000-000000000000 is already in use.", "lost-session"],
];

const URL = "url: http://127.0.0.1:43049/v1/responses";
const CODEX: readonly Row[] = [
  [
    "You’ve hit your usage limit. Visit https://x to purchase more credits or try again at 12:19 PM.",
    "window",
    "2026-11-29T11:20:00.000Z",
  ],
  ["You've hit your usage limit. Try again at Nov 30th, 2026 12:55 AM.", "window", "2026-11-29T23:56:00.000Z"],
  [
    "You’ve hit your usage limit. To get more access now, send a request to your admin or try again at 1:00 AM.",
    "window",
    "2026-11-29T00:01:00.000Z",
  ],
  ["You’ve hit your usage limit for gpt-5.5. Switch to another model now, or try again later.", "window"],
  [
    "You've hit your usage limit. Upgrade to Pro or try again in 3 days 4 hours 12 minutes.",
    "window",
    "2026-12-03T00:12:00.000Z",
  ],
  ["You've hit your usage limit. Try again at Dec 5th, 2026 9:00 AM.", "window", "2026-12-05T08:01:00.000Z"],
  ["You've hit your usage limit. Try again at 11:59 PM.", "window", "2026-11-29T23:00:00.000Z"],
  // The minute that it is; the one before.
  ["You've hit your usage limit. Try again at 9:00 PM.", "window", "2026-11-29T20:01:00.000Z"],
  ["You've hit your usage limit. Try again at 8:59 PM.", "window", "2026-11-29T20:00:00.000Z"],
  [
    "Rate limit reached for gpt-5.5 in organization org-x on tokens per min (TPM): Limit 30000. Please try again in 2s.",
    "minute",
    "2026-11-29T20:00:02.000Z",
  ],
  ["rate limit exceeded: Rate limit reached. Please try again in 1.5s.", "minute", "2026-11-29T20:00:01.500Z"],
  ["exceeded retry limit, last status: 429 Too Many Requests", "minute"],
  ["exceeded retry limit, last status: 502 Bad Gateway", "outage"],
  ["exceeded retry limit, last status: 500 Internal Server Error", "outage"],
  ["stream disconnected before completion: stream closed before response.completed", "outage"],
  [`unexpected status 502 Bad Gateway: , ${URL}`, "outage"],
  [`unexpected status 503 Service Unavailable: overloaded, ${URL}`, "outage"],
  [`unexpected status 504 Gateway Timeout: , ${URL}`, "outage"],
  ["We’re currently experiencing high demand, which may cause temporary errors.", "outage"],
  ["Selected model is at capacity. Please try a different model.", "outage"],
  ["Policy-restricted capacity is unavailable. Please try again later.", "outage"],
  ["stream disconnected before completion: error sending request", "outage"],
  ["stream disconnected before completion: idle timeout waiting for SSE", "outage"],
  ["Connection failed: error sending request for url (http://127.0.0.1:1/v1/responses)", "outage"],
  ["error sending request: dns error: failed to lookup address information", "outage"],
  [`unexpected status 401 Unauthorized: , ${URL}`, "sign-in"],
  ["Missing environment variable: `NOPE_KEY`.", "sign-in"],
  [
    "Your access token could not be refreshed because your refresh token has expired. Please log out and sign in again.",
    "sign-in",
  ],
  ["Quota exceeded. Check your plan and billing details.", "credit"],
  ["You've reached your workspace credit limit. Ask your workspace owner to increase it.", "credit"],
  [`unexpected status 402 Payment Required: , ${URL}`, "credit"],
  ["Your workspace is out of credits. Add credits to continue.", "credit"],
  ["Your workspace is out of credits. Ask your workspace owner to refill in order to continue.", "credit"],
  ["You hit your spend cap set in your workspace. Increase your spend cap to continue.", "credit"],
  [
    "You hit your spend cap set by the owner of your workspace. Ask an owner to increase your spend cap to continue.",
    "credit",
  ],
  ["To use Codex with your ChatGPT plan, upgrade to Plus: https://chatgpt.com/explore/plus.", "credit"],
  ["Codex ran out of room in the model's context window. Start a new thread.", "context"],
  ['{"error":{"message":"rate_limit is no such field","code":"invalid"}}', "task"],
];

const CODEX_STDERR: readonly Row[] = [["no rollout found for thread id 01a1 (code -32600)", "lost-session"]];

type Answer = readonly [
  status: number | undefined,
  message: string,
  cause: Cause,
  more?: { readonly body?: string; readonly until?: string },
];
const OPENCODE: readonly Answer[] = [
  [429, "Rate limit reached for mock-model. Please try again in 1s.", "minute", { until: "2026-11-29T20:00:01.000Z" }],
  [429, "Free usage exceeded, subscribe to Go", "window", { body: '{"type":"FreeUsageLimitError"}' }],
  [429, "You exceeded your current quota, please check your plan and billing details.", "credit"],
  [402, "Payment required", "credit"],
  [402, "Insufficient credits. Add more using https://openrouter.ai/settings/credits", "credit"],
  [403, "Key limit exceeded (monthly limit). Manage it using https://openrouter.ai/settings/keys", "window"],
  [413, "Request Entity Too Large", "context"],
  [undefined, "The socket connection was closed unexpectedly.", "outage"],
  [undefined, "Unexpected server error. Check server logs for details.", "task"],
  [400, "Your credit balance is too low to access the Anthropic API.", "credit"],
  [400, "This organization has been disabled.", "on-hold"],
  [401, "invalid x-api-key", "sign-in"],
  [403, "Forbidden", "sign-in"],
  [400, "bad request: rate_limit is no such field", "task"],
  [404, "model not found", "task"],
  [408, "Request Timeout", "outage"],
  [500, "Internal Server Error", "outage"],
  [502, "Bad Gateway", "outage"],
  [503, "Service Unavailable", "outage"],
  [504, "Gateway Timeout", "outage"],
  [529, "Overloaded", "outage"],
  [undefined, "Provider is overloaded", "outage"],
  [undefined, "Unable to connect. Is the computer able to access the url?", "outage"],
  [undefined, "Cannot connect to API: connect ECONNREFUSED 127.0.0.1:1", "outage"],
  [undefined, "getaddrinfo ENOTFOUND api.example.com", "outage"],
  [400, "prompt is too long: 210000 tokens > 200000 maximum", "context"],
  [400, "messages.2: `tool_use` ids were found without `tool_result` blocks", "poisoned-session"],
  [undefined, "Session not found: ses_gone", "lost-session"],
];

export const opencodeError = (name: string, data: object): string[] => [
  JSON.stringify({ type: "error", timestamp: Date.parse(SAID), sessionID: "ses_1", error: { name, data } }),
];

const GEMINI: readonly Row[] = [
  ["[API Error: You have exhausted your daily quota on this model.]\nPlease wait and try again later.", "window"],
  [
    "[API Error: You have exhausted your capacity on this model. Your quota will reset after 3h28m5s.]",
    "window",
    "2026-11-29T23:28:05.000Z",
  ],
  // What a key without billing is told of its requests per minute.
  [
    "[API Error: You exceeded your current quota, please check your plan and billing details. Please retry in 34.07s.]",
    "minute",
    "2026-11-29T20:00:34.070Z",
  ],
  ["[API Error: You exceeded your current quota, please check your plan and billing details.]", "credit"],
  [
    "[API Error: You exceeded your current quota. quotaId: GenerateRequestsPerDayPerProjectPerModel-FreeTier. Please retry in 9h.]",
    "window",
    "2026-11-30T05:00:00.000Z",
  ],
  [
    "[API Error: Quota exceeded for quota metric 'Gemini 2.5 Pro Requests' and limit 'Gemini 2.5 Pro Requests per day per user']",
    "window",
  ],
  [
    "[API Error: Resource has been exhausted (e.g. check quota). Please retry in 34.07s.]",
    "minute",
    "2026-11-29T20:00:34.070Z",
  ],
  ['[API Error: {"error":{"code":429,"message":"x","status":"RESOURCE_EXHAUSTED"}}]', "minute"],
  ["[API Error: No capacity available for model gemini-2.5-pro on the server]", "outage"],
  ["We are currently experiencing high demand.", "outage"],
  ['[API Error: {"error":{"code":500,"message":"An internal error has occurred.","status":"INTERNAL"}}]', "outage"],
  ['[API Error: {"error":{"code":504,"message":"Deadline expired.","status":"DEADLINE_EXCEEDED"}}]', "outage"],
  ['[API Error: {"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}]', "outage"],
  ["[API Error: exception TypeError: fetch failed sending request]", "outage"],
  ["[API Error: request to https://x failed, reason: getaddrinfo EAI_AGAIN x]", "outage"],
  ["[API Error: API key not valid. Please pass a valid API key.]", "sign-in"],
  ["Please set an Auth method in your /home/dev/.gemini/settings.json", "sign-in"],
  ['[API Error: {"error":{"code":403,"message":"x","status":"PERMISSION_DENIED"}}]', "sign-in"],
  ["[API Error: The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).]", "context"],
  ['[API Error: {"error":{"code":400,"message":"bad request","status":"INVALID_ARGUMENT"}}]', "task"],
];

/** On standard error alone. */
const GEMINI_STDERR: readonly Row[] = [
  ['Error resuming session: Invalid session identifier "x".', "lost-session"],
  ["Invalid auth method selected.", "sign-in"],
  ["Failed to login. Message: Request contains an invalid argument", "sign-in"],
  ["Error: connect ECONNREFUSED 127.0.0.1:1", "outage"],
];

/** A coder of the settings, with a sentence of its own. */
export const MINE = declared(
  "mine",
  DeclaredCoder.parse({
    argv: ["mine", "{prompt}"],
    prompt: "argument",
    causes: [{ says: "the meter has run out (E42)", cause: "credit" }],
  }),
);

/** On standard error, of coders that print text. */
const TEXT: readonly Row[] = [
  ["Error: connect ECONNREFUSED 127.0.0.1:443", "outage"],
  ["429 Too Many Requests, try again in 30s", "minute", "2026-11-29T20:00:30.000Z"],
  ["Not logged in, log in again", "sign-in"],
  ["RESOURCE_EXHAUSTED (code 429): Individual quota reached. Resets in 3h20m.", "window", "2026-11-29T23:20:00.000Z"],
  ["INSUFFICIENT_G1_CREDITS_BALANCE", "credit"],
  ["MODEL_CAPACITY_EXHAUSTED", "outage"],
  ["UNAVAILABLE (code 503): try again later", "outage"],
  ["fatal: no such option", "task"],
];

const said = (
  coder: Coder,
  rows: readonly Row[],
  how: (says: string) => Partial<Pick<Sentence, "log" | "stderr">>,
): Sentence[] => rows.map(([says, cause, until]) => ({ coder, says, cause, until, log: [], stderr: "", ...how(says) }));

export const SENTENCES: readonly Sentence[] = [
  ...said(claude, CLAUDE, (result) => ({ log: claudeResult({ result }) })),
  ...said(claude, CLAUDE_STDERR, (says) => ({ stderr: `${says}\n` })),
  ...said(codex, CODEX, (message) => ({ log: [JSON.stringify({ type: "turn.failed", error: { message } })] })),
  ...said(codex, CODEX_STDERR, (says) => ({ stderr: `WARNING: x\nError: thread/resume failed: ${says}\n` })),
  ...OPENCODE.map(([statusCode, message, cause, { body, until } = {}]): Sentence => ({
    coder: opencode,
    says: `${statusCode ?? "no status"} ${message}`,
    cause,
    until,
    log: opencodeError("APIError", { message, statusCode, responseBody: body }),
    stderr: "",
  })),
  ...said(gemini, GEMINI, (message) => ({
    log: [JSON.stringify({ type: "result", status: "error", error: { type: "unknown", message } })],
  })),
  ...said(gemini, GEMINI_STDERR, (says) => ({ stderr: `noise\n${says}\n    at somewhere\n` })),
  ...[agy, MINE].flatMap((coder) => said(coder, TEXT, (says) => ({ log: ["Working on it."], stderr: `${says}\n` }))),
];

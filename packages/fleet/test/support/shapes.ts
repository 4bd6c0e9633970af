/** The shapes of what fleet's own commands print with --json, strict: a key that is new or gone is seen. docs/schema is made of them. */
import * as z from "zod";

const time = z.iso.datetime({ offset: true });
const millis = z.number();
const measure = z.strictObject({ limit: z.string(), used: z.number(), of: z.number() });
const liveness = z.looseObject({ kind: z.string(), since: time.nullable(), text: z.string() });
/** One of docs/explain.md, by `kind`, with what belongs to it. */
const why = z.looseObject({ kind: z.string() });

const taskRow = {
  id: z.string(),
  title: z.string(),
  priority: z.int(),
  status: z.string(),
  state: z.enum(["running", "needs-you", "held", "waiting", "ready", "blocked", "container", "closed"]),
  coder: z.string(),
  model: z.string().nullable(),
  cwd: z.string(),
  project: z.string(),
  attempt: z.int().nullable(),
  elapsed_ms: millis.nullable(),
  quiet_ms: millis.nullable(),
  last_action: z.string().nullable(),
  liveness: liveness.nullable(),
  tokens: z.number().nullable(),
  context_percent: z.number().nullable(),
  cost_usd: z.number().nullable(),
  limits: z.array(measure).nullable(),
  reason: z.string().nullable(),
  why: why.nullable(),
  not_before: time.nullable(),
  closed_at: time.nullable(),
  tries: z.int(),
};

const checks = z.array(z.looseObject({ command: z.string(), verdict: z.string() }));
const changed = {
  added: z.int().nullable(),
  deleted: z.int().nullable(),
  files: z.int().nullable(),
};

const question = z.strictObject({
  id: z.string(),
  title: z.string(),
  n: z.int(),
  state: z.string(),
  question: z.string(),
  options: z.array(z.string()),
  by: z.string(),
  coder: z.string(),
  attempt: z.int(),
  since: time,
  until: time.nullable(),
  answer: z.string().nullable(),
  answered_by: z.string().nullable(),
  answered_at: time.nullable(),
  answer_with: z.string().nullable(),
});

const asked = z.strictObject({
  id: z.string(),
  title: z.string(),
  attempt: z.int(),
  at: time,
  claim: z.string(),
  change: z.string(),
  missing: z.array(z.string()),
  approve_with: z.string(),
  reject_with: z.string(),
});

const account = z.strictObject({
  name: z.string(),
  coder: z.string(),
  state: z.enum(["free", "parked", "paused"]),
  until: time.nullable(),
  reason: z.string().nullable(),
  windows: z.record(
    z.string(),
    z.strictObject({ utilization: z.number().nullable(), resets: time.nullable(), detail: z.string(), at: time }),
  ),
  running: z.int(),
  limited: z.array(z.strictObject({ task: z.string(), by: z.string() })),
  max: z.int().nullable(),
  spent_today: z.strictObject({ usd: z.number(), tokens: z.number() }),
  daily: z.strictObject({ usd: z.number().nullable(), tokens: z.number().nullable() }).nullable(),
  daily_share: z.number().nullable(),
  secrets: z.array(z.string()),
  problem: z.string().nullable(),
});

const view = (shape: z.ZodRawShape): z.ZodObject => z.strictObject({ schema_version: z.literal(1), ...shape });

export const SHAPES: Readonly<Record<string, z.ZodObject>> = {
  tasks: view({ tasks: z.array(z.strictObject(taskRow)) }),
  explain: view({ ...taskRow, ends: z.string().nullable(), commands: z.array(z.string()) }),
  task: view({
    id: z.string(),
    result: z.strictObject({ text: z.string(), file: z.string().nullable(), attempt: z.int().nullable() }).nullable(),
    attempts: z.array(
      z.strictObject({
        attempt: z.int(),
        uuid: z.string().nullable(),
        coder: z.string().nullable(),
        model: z.string().nullable(),
        cwd: z.string().nullable(),
        session: z.string().nullable(),
        resume: z.string().nullable(),
        account: z.string().nullable(),
        ...changed,
        checks: checks.nullable(),
        started_at: time.nullable(),
        outcome: z.string().nullable(),
        reason: z.string(),
        liveness: liveness.nullable(),
        counts: z.boolean().nullable(),
        duration_ms: millis.nullable(),
        exit_code: z.int().nullable(),
        tokens: z.number().nullable(),
        cost_usd: z.number().nullable(),
        turns: z.number().nullable(),
        dir: z.string(),
      }),
    ),
  }),
  compare: view({
    attempts: z.array(
      z.strictObject({
        task: z.string(),
        attempt: z.int(),
        coder: z.string().nullable(),
        model: z.string().nullable(),
        account: z.string().nullable(),
        outcome: z.string().nullable(),
        reason: z.string(),
        started_at: time.nullable(),
        duration_ms: millis.nullable(),
        tokens: z.number().nullable(),
        cost_usd: z.number().nullable(),
        ...changed,
        checks,
        resume: z.string().nullable(),
        dir: z.string(),
      }),
    ),
  }),
  accounts: view({ accounts: z.array(account), warning: z.string().nullable() }),
  questions: view({ questions: z.array(question), asked: z.array(asked) }),
  diff: view({ cwd: z.string(), base_commit: z.string(), diff: z.string(), left_out: z.array(z.string()) }),
  init: view({ home: z.string(), prefix: z.string(), created: z.boolean(), coder: z.string().nullable() }),
  error: view({ error: z.string(), where: z.string().nullable(), hint: z.string().nullable() }),
};

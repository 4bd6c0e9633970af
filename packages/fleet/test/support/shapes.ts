/** The shapes of what fleet's own commands print with --json, strict: a key that is new or gone is seen. docs/schema is made of them. */
import * as z from "zod";

import { JOURNAL_EVENTS } from "../../src/app/views/activity.ts";
import { allSettings } from "../../src/app/views/settings.ts";
import { GRADES } from "../../src/attempts/evidence/grade.ts";
import { OUTCOMES } from "../../src/attempts/records/outcome.ts";
import { DEFAULTS } from "../../src/settings/defaults.ts";
import { CALL_EVENTS } from "../../src/settings/notify/schema.ts";

const time = z.iso.datetime({ offset: true });
const millis = z.number();
/** What is not there is null, never empty. */
const name = z.string().min(1);
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
  coder: name.nullable(),
  model: name.nullable(),
  cwd: name.nullable(),
  project: name.nullable(),
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
  grade: z.string().nullable(),
  tries: z.int(),
};

/** How many tasks are in which state. */
const open = {
  running: z.int(),
  "needs-you": z.int(),
  held: z.int(),
  waiting: z.int(),
  ready: z.int(),
  blocked: z.int(),
  container: z.int(),
};

/** Of several tasks those of which it was not done. */
const notDone = z.array(
  z.strictObject({ id: z.string(), error: z.string(), where: z.string().nullable(), hint: z.string().nullable() }),
);

const pulled = z.strictObject({
  id: z.string(),
  title: z.string(),
  url: z.string(),
  number: z.int(),
  state: z.enum(["merged", "closed", "rework", "capped", "wait"]),
  what: z.string(),
});

const landing = {
  id: z.string(),
  title: z.string(),
  commit: z.string(),
  target: z.string(),
  repository: z.string(),
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

const sameFiles = z.array(z.strictObject({ id: z.string(), files: z.array(z.string()) }));
const waitingRow = z.strictObject({
  ...asked.shape,
  state: z.enum(["review", "asked"]),
  grade: z.string().nullable(),
  ...changed,
  checks,
  risk: z.strictObject({ target: z.array(z.string()), tasks: sameFiles, unknown: z.boolean() }),
  open_remarks: z.int(),
  voided: z.strictObject({ by: z.string(), at: time, moved: z.array(z.string()) }).nullable(),
  review_with: z.string(),
});
const remark = z.strictObject({
  mark: z.string(),
  path: z.string(),
  line: z.int(),
  state: z.enum(["here", "outdated"]),
  open: z.boolean(),
  text: z.string(),
  head: z.string().nullable(),
  by: z.string(),
  at: time,
  words: z.string(),
  replies: z.array(z.strictObject({ by: z.string(), at: time, text: z.string(), agents: z.boolean() })),
});
const comparedTask = z.strictObject({
  id: z.string(),
  title: z.string(),
  coder: z.string(),
  model: z.string().nullable(),
  state: z.string(),
  attempts: z.int(),
  outcome: z.string().nullable(),
  grade: z.string().nullable(),
  checks,
  duration_ms: millis.nullable(),
  tokens: z.number().nullable(),
  cost_usd: z.number().nullable(),
  added: z.int().nullable(),
  deleted: z.int().nullable(),
  files: z.array(z.string()).nullable(),
  common: sameFiles,
  unverified: z.array(z.string()),
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

const receipt = {
  task: z.string().nullable(),
  attempt: z.int().nullable(),
  coder: z.string().nullable(),
  model: z.string().nullable(),
  at: time.nullable(),
  claim: z.strictObject({ how: z.enum(["closed", "no-change", "ended"]), words: z.string() }).nullable(),
  closed_from_inside: z.string().nullable(),
  tools_finished: z.int(),
  reports_tools: z.boolean(),
  tools: z.record(z.string(), z.strictObject({ ok: z.int(), failed: z.int(), untold: z.int().nullable() })).nullable(),
  exit_code: z.int().nullable(),
  verdict: z.enum(OUTCOMES),
  grade: z.string().nullable(),
  accepted: z.strictObject({ by: z.string(), at: time, words: z.string() }).nullable(),
  unguarded: z.string().nullable(),
  protected: z
    .array(z.strictObject({ what: z.string(), put_back: z.string(), whose: z.enum(["own", "other", "unknown"]) }))
    .nullable(),
  base: z.strictObject({ commit: z.string().nullable(), at: time }).nullable(),
  head: z.string().nullable(),
  files: z
    .strictObject({
      from: z.enum(["git", "listing", "tools", "unknown"]),
      changed: z.array(z.string()),
      count: z.int(),
      added: z.int().nullable(),
      deleted: z.int().nullable(),
      lines: z.array(z.strictObject({ path: z.string(), added: z.int(), deleted: z.int() })).nullable(),
      note: z.string().nullable(),
    })
    .nullable(),
  commands: z.array(z.strictObject({ command: z.string(), runs: z.int(), failed: z.int() })).nullable(),
  failures: z.array(z.strictObject({ tool: z.string(), what: z.string(), times: z.int() })).nullable(),
  commits: z.array(z.strictObject({ hash: z.string(), subject: z.string() })).nullable(),
  residuals: z.strictObject({ dirty: z.array(z.string()), unpushed: z.int().nullable() }).nullable(),
  checks: z
    .array(
      z.strictObject({
        command: z.string(),
        verdict: z.enum(["passed", "failed", "timed-out", "interrupted"]),
        code: z.int().nullable(),
        at: time.nullable(),
        ms: millis,
        runs: z.int(),
        flaky: z.boolean(),
        tail: z.string(),
      }),
    )
    .nullable(),
  on_base: z
    .array(
      z.strictObject({
        command: z.string(),
        commit: z.string().nullable(),
        lacks: z.array(z.string()),
        verdict: z.enum(["failed", "timed-out"]),
        code: z.int().nullable(),
        ms: millis,
        tail: z.string(),
        at: time,
      }),
    )
    .nullable(),
  changed_by_checks: z.array(z.string()).nullable(),
  missing: z.array(z.string()).nullable(),
  outside: z.array(z.string()).nullable(),
  usage: z
    .strictObject({
      input: z.number(),
      output: z.number(),
      cost_usd: z.number().nullable(),
      turns: z.number().nullable(),
      context: z.number().nullable(),
      window: z.number().nullable(),
    })
    .nullable(),
  duration_ms: millis.nullable(),
  overlapped: z.array(z.strictObject({ task: z.string(), n: z.int() })).nullable(),
  not_looked_at: z.array(z.string()).nullable(),
  all: z
    .strictObject({ attempts: z.int(), duration_ms: millis, tokens: z.number(), usd: z.number().nullable() })
    .nullable(),
};

const count = z.int();

/** By coder and project, of docs/evidence.md. */
const evidenceRow = z.strictObject({
  coder: z.string().nullable(),
  project: z.string().nullable(),
  accepted: count,
  grades: z.strictObject(Object.fromEntries([...GRADES, "unknown"].map((grade) => [grade, count]))),
  sent_back: z.strictObject({ total: count, reopened: count, retried: count, otherwise: count }),
  asked: count,
  rejected: count,
  unproven: count,
});

export const SHAPES: Readonly<Record<string, z.ZodObject>> = {
  stats: view({
    rows: z.array(evidenceRow),
    closed_by_hand: count,
    unknown: z.strictObject({ grade: count, coder: count, project: count }),
    since: time.nullable(),
    until: time.nullable(),
  }),
  top: view({
    at: time,
    needs: z.array(
      z.strictObject({
        kind: z.enum(["question", "asked", "review", "landing", "retry", "held", "fleet", "account"]),
        id: z.string().nullable(),
        title: name.nullable(),
        project: name.nullable(),
        cwd: name.nullable(),
        coder: name.nullable(),
        reason: z.string(),
        since: time.nullable(),
        command: z.string(),
        question: z.int().nullable(),
        options: z.array(z.string()),
        account: z.string().nullable(),
      }),
    ),
    running: z.array(z.strictObject(taskRow)),
    finished: z.array(
      z.strictObject({
        id: z.string(),
        title: z.string(),
        project: name.nullable(),
        coder: name.nullable(),
        closed_at: time,
        grade: z.string().nullable(),
        checks: z.strictObject({ passed: z.int(), failed: z.int() }).nullable(),
        files: z.int().nullable(),
        added: z.int().nullable(),
        deleted: z.int().nullable(),
        reason: z.string().nullable(),
      }),
    ),
    finished_count: count,
    since: time,
    counts: z.strictObject(open),
    accounts: z.array(account),
    spent_today: z.strictObject({ tokens: z.number(), usd: z.number() }),
    mode: z.enum(["running", "paused", "draining"]),
    supervised: z.boolean(),
  }),
  notify: view({
    channels: z.array(
      z.strictObject({
        name: z.string(),
        way: z.enum(["command", "webhook", "desktop", "bell"]),
        events: z.array(z.enum(CALL_EVENTS)).nullable(),
        projects: z.array(z.string()).nullable(),
        quiet: z.string().nullable(),
        trouble: z.string().nullable(),
        again: time.nullable(),
      }),
    ),
  }),
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
  reviews: view({ reviews: z.array(waitingRow) }),
  review: view({
    id: z.string(),
    title: z.string(),
    review: waitingRow.nullable(),
    receipt: z.strictObject(receipt).nullable(),
    remarks: z.array(remark),
    base_commit: z.string().nullable(),
    cwd: z.string().nullable(),
    diff: z.string().nullable(),
  }),
  experiment: view({ id: z.string(), title: z.string(), tasks: z.array(comparedTask) }),
  accounts: view({ accounts: z.array(account), warning: z.string().nullable() }),
  questions: view({ questions: z.array(question), asked: z.array(asked) }),
  diff: view({ cwd: z.string(), base_commit: z.string(), diff: z.string(), left_out: z.array(z.string()) }),
  init: view({ home: z.string(), prefix: z.string(), created: z.boolean(), coder: z.string().nullable() }),
  status: view({
    home: z.string(),
    running: z.boolean(),
    pid: z.int().nullable(),
    since: time.nullable(),
    elsewhere: z.string().nullable(),
    suspended: z.boolean(),
    version: z.string().nullable(),
    newer_version: z.string().nullable(),
    cgroups: z.looseObject({ kind: z.enum(["area", "none"]) }).nullable(),
    hold: z.strictObject({ kind: z.string(), text: z.string(), since: time }).nullable(),
    mode: z.enum(["running", "paused", "draining"]),
    max_concurrent: z.int().nullable(),
    config_problems: z.array(z.string()),
    held_back: z.array(z.strictObject({ what: z.string(), until: time, reason: z.string() })),
    parked: z.array(
      z.strictObject({ account: z.string(), coder: z.string(), until: time.nullable(), reason: z.string() }),
    ),
    standstill: z.array(z.string()),
    taken_off: z.array(z.strictObject({ task: z.string(), commit: name, target: name, repository: name })),
    limits: z.array(z.string()),
    tasks: z.strictObject({ ...open, closed: z.int() }),
    waits: z.array(
      z.strictObject({
        state: taskRow.state,
        tasks: z.int(),
        first: z.string(),
        reason: z.string().nullable(),
        why: why.nullable(),
        commands: z.array(z.string()),
      }),
    ),
    attempts_elsewhere: z.array(z.strictObject({ task: z.string(), text: z.string() })),
    questions: z.int(),
    blind: z.string().nullable(),
    unreadable: z.array(z.string()),
    problems: z.array(z.string()),
  }),
  coders: view({
    coders: z.array(
      z.strictObject({
        name: z.string(),
        default: z.boolean(),
        kind: z.enum(["found", "missing", "broken"]),
        path: z.string().nullable(),
        version: z.string().nullable(),
        signed_in: z.enum(["yes", "no", "not needed", "unknown"]).nullable(),
        how: z.string().nullable(),
        install: z.string().nullable(),
        reason: z.string().nullable(),
        parked: z.string().nullable(),
      }),
    ),
    warning: z.string().nullable(),
  }),
  /** As they are written in config.yaml; docs/configuration.md says what each may be. */
  config: view(Object.fromEntries(Object.keys(allSettings(DEFAULTS)).map((key) => [key, z.json()]))),
  effective: view({
    id: z.string(),
    settings: z.array(
      z.strictObject({
        name: z.string(),
        value: z.json(),
        from: z.enum(["task", "project", "coder", "fleet", "default"]),
        of: z.string().nullable(),
        at: z.string().nullable(),
      }),
    ),
    problems: z.array(z.string()),
  }),
  gc: view({
    removed: z.boolean(),
    attempts: z.array(
      z.strictObject({
        task: z.string(),
        attempt: z.string(),
        bytes: z.int(),
        ended_at: time,
        why: z.enum(["age", "size"]),
      }),
    ),
    bytes: z.int(),
    total_bytes: z.int(),
    total: z.int(),
    kept: z.int(),
    bound: z.int(),
    let_go: z.array(z.string()),
    workspaces: z.array(
      z.strictObject({ task: z.string(), dir: z.string(), bytes: z.int(), goes: z.boolean(), why: z.string() }),
    ),
    depots: z.array(
      z.strictObject({
        dir: z.string(),
        source: z.string(),
        source_is: z.enum(["there", "moved", "several", "gone"]),
        moved_to: z.nullable(z.string()),
        bytes: z.int(),
        shared_bytes: z.int(),
        tasks: z.int(),
        first_task: z.nullable(z.string()),
        goes: z.boolean(),
        why: z.string(),
      }),
    ),
    landings: z.array(
      z.strictObject({
        dir: z.string(),
        source: z.nullable(z.string()),
        bytes: z.int(),
        goes: z.boolean(),
        why: z.string(),
      }),
    ),
    refs: z.array(z.strictObject({ repository: z.string(), ref: z.string(), task: z.string() })),
    undeleted: z.array(z.string()),
  }),
  path: view({
    path: z.string(),
    clone: z
      .strictObject({
        dir: z.string(),
        branch: z.string(),
        base: z.string(),
        base_from: z.string().nullable(),
        target: z.string().nullable(),
        source: z.string(),
        depot: z.string(),
        ports: z.int().nullable(),
        last_port: z.int().nullable(),
        included: z.strictObject({ files: z.int(), first: z.array(z.string()) }),
        of_source: z.array(z.string()),
        setup: z.strictObject({ command: z.string(), ms: millis, output: z.string() }).nullable(),
        ready: z.boolean(),
      })
      .nullable(),
  }),
  receipt: view(receipt),
  land: view({
    // Of what lands by a pull request, how that stands.
    done: z.array(z.union([z.strictObject({ ...landing, was_there: z.boolean(), left: z.array(z.string()) }), pulled])),
    errors: notDone,
  }),
  "land-undo": view({
    done: z.array(
      z.strictObject({
        ...landing,
        // Null where somebody had taken it off.
        commit: name.nullable(),
        of: z.array(name),
        was_there: z.boolean(),
        status: z.string(),
      }),
    ),
    errors: notDone,
  }),
  "land-dry-run": view({
    landings: z.array(
      z.strictObject({
        ...landing,
        commit: z.string().nullable(),
        via: z.enum(["branch", "push", "pr"]),
        would: z.enum(["lands", "landed", "nothing-new", "conflict", "no-target", "refused"]),
        why: z.string().nullable(),
        hint: z.string().nullable(),
        files: z.array(z.string()),
        tasks: z.array(z.string()),
      }),
    ),
  }),
  log: z.strictObject({
    at: time,
    event: z.enum([...JOURNAL_EVENTS, "other"]),
    task: z.string().nullable(),
    attempt: z.int().nullable(),
    coder: z.string().nullable(),
    model: z.string().nullable(),
    account: z.string().nullable(),
    by: z.string().nullable(),
    until: time.nullable(),
    text: z.string(),
  }),
  error: view({ error: z.string(), where: z.string().nullable(), hint: z.string().nullable() }),
};

/** The shapes of what fleet's own commands print with --json, strict: a key that is new or gone is seen. docs/schema is made of them. */
import * as z from "zod";

import { JOURNAL_EVENTS } from "../../src/app/views/activity.ts";
import { allSettings } from "../../src/app/views/settings.ts";
import { GRADES } from "../../src/attempts/evidence/grade.ts";
import { OUTCOMES } from "../../src/attempts/records/outcome.ts";
import { DEFAULTS } from "../../src/settings/defaults.ts";
import { EVIDENCE_LEVELS } from "../../src/settings/evidence.ts";
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
  id: name,
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
  last_action: name.nullable(),
  liveness: liveness.nullable(),
  tokens: z.number().nullable(),
  context_percent: z.number().nullable(),
  cost_usd: z.number().nullable(),
  limits: z.array(measure).nullable(),
  reason: name.nullable(),
  why: why.nullable(),
  not_before: time.nullable(),
  closed_at: time.nullable(),
  grade: name.nullable(),
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
const notDone = z.array(z.strictObject({ id: name, error: z.string(), where: name.nullable(), hint: name.nullable() }));

const pulled = z.strictObject({
  id: name,
  title: z.string(),
  url: z.string(),
  number: z.int(),
  state: z.enum(["merged", "closed", "rework", "capped", "wait"]),
  what: z.string(),
});

const landing = {
  id: name,
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
  id: name,
  title: z.string(),
  n: z.int(),
  state: z.string(),
  question: z.string(),
  options: z.array(z.string()),
  by: z.string(),
  coder: name,
  attempt: z.int(),
  since: time,
  until: time.nullable(),
  answer: name.nullable(),
  answered_by: name.nullable(),
  answered_at: time.nullable(),
  answer_with: name.nullable(),
});

const otherTask = z.strictObject({ id: name, title: z.string().nullable(), is_open: z.boolean() });
const source = z.enum(["task", "project", "coder", "fleet", "default"]);

const asked = z.strictObject({
  id: name,
  title: z.string(),
  attempt: z.int(),
  at: time,
  claim: name.nullable(),
  change: z.string(),
  missing: z.array(z.string()),
  approve_with: z.string(),
  reject_with: z.string(),
});

const sameFiles = z.array(z.strictObject({ id: name, files: z.array(z.string()) }));
const waitingRow = z.strictObject({
  ...asked.shape,
  state: z.enum(["review", "asked"]),
  grade: name.nullable(),
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
  head: name.nullable(),
  by: z.string(),
  at: time,
  words: z.string(),
  replies: z.array(z.strictObject({ by: z.string(), at: time, text: z.string(), agents: z.boolean() })),
});
const comparedTask = z.strictObject({
  id: name,
  title: z.string(),
  coder: name,
  model: name.nullable(),
  state: z.string(),
  attempts: z.int(),
  outcome: name.nullable(),
  grade: name.nullable(),
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
  coder: name,
  state: z.enum(["free", "parked", "paused"]),
  until: time.nullable(),
  reason: name.nullable(),
  windows: z.record(
    z.string(),
    z.strictObject({ utilization: z.number().nullable(), resets: time.nullable(), detail: z.string(), at: time }),
  ),
  running: z.int(),
  limited: z.array(z.strictObject({ task: name, by: z.string() })),
  max: z.int().nullable(),
  spent_today: z.strictObject({ usd: z.number(), tokens: z.number() }),
  daily: z.strictObject({ usd: z.number().nullable(), tokens: z.number().nullable() }).nullable(),
  daily_share: z.number().nullable(),
  secrets: z.array(z.string()),
  problem: name.nullable(),
});

const view = (shape: z.ZodRawShape): z.ZodObject => z.strictObject({ schema_version: z.literal(1), ...shape });

const receipt = {
  task: name.nullable(),
  attempt: z.int().nullable(),
  coder: name.nullable(),
  model: name.nullable(),
  at: time.nullable(),
  claim: z.strictObject({ how: z.enum(["closed", "no-change", "ended"]), words: name.nullable() }).nullable(),
  closed_from_inside: name.nullable(),
  tools_finished: z.int(),
  reports_tools: z.boolean(),
  tools: z.record(z.string(), z.strictObject({ ok: z.int(), failed: z.int(), untold: z.int().nullable() })).nullable(),
  exit_code: z.int().nullable(),
  verdict: z.enum(OUTCOMES),
  grade: name.nullable(),
  accepted: z.strictObject({ by: z.string(), at: time, words: name.nullable() }).nullable(),
  unguarded: name.nullable(),
  protected: z
    .array(z.strictObject({ what: z.string(), put_back: z.string(), whose: z.enum(["own", "other", "unknown"]) }))
    .nullable(),
  base: z.strictObject({ commit: name.nullable(), at: time }).nullable(),
  head: name.nullable(),
  files: z
    .strictObject({
      from: z.enum(["git", "listing", "tools", "unknown"]),
      changed: z.array(z.string()),
      count: z.int(),
      added: z.int().nullable(),
      deleted: z.int().nullable(),
      lines: z.array(z.strictObject({ path: z.string(), added: z.int(), deleted: z.int() })).nullable(),
      note: name.nullable(),
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
        commit: name.nullable(),
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
  overlapped: z.array(z.strictObject({ task: name, n: z.int() })).nullable(),
  not_looked_at: z.array(z.string()).nullable(),
  all: z
    .strictObject({ attempts: z.int(), duration_ms: millis, tokens: z.number(), usd: z.number().nullable() })
    .nullable(),
};

const count = z.int();

/** By coder and project, of docs/evidence.md. */
const evidenceRow = z.strictObject({
  coder: name.nullable(),
  project: name.nullable(),
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
        id: name.nullable(),
        title: name.nullable(),
        project: name.nullable(),
        cwd: name.nullable(),
        coder: name.nullable(),
        reason: z.string(),
        since: time.nullable(),
        command: z.string(),
        question: z.int().nullable(),
        options: z.array(z.string()),
        account: name.nullable(),
      }),
    ),
    running: z.array(z.strictObject(taskRow)),
    finished: z.array(
      z.strictObject({
        id: name,
        title: z.string(),
        project: name.nullable(),
        coder: name.nullable(),
        closed_at: time,
        grade: name.nullable(),
        checks: z.strictObject({ passed: z.int(), failed: z.int() }).nullable(),
        files: z.int().nullable(),
        added: z.int().nullable(),
        deleted: z.int().nullable(),
        reason: name.nullable(),
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
        quiet: name.nullable(),
        trouble: name.nullable(),
        again: time.nullable(),
      }),
    ),
  }),
  tasks: view({ tasks: z.array(z.strictObject(taskRow)) }),
  explain: view({ ...taskRow, ends: name.nullable(), commands: z.array(z.string()) }),
  task: view({
    id: name,
    task: z.strictObject(taskRow),
    coder_from: source,
    requirements: z.strictObject({
      checks: z.array(name),
      prove: z.array(name),
      expect: z.array(name),
      allow: z.array(name),
      deny: z.array(name),
      check_paths: z.array(name),
      tests_are_work: z.boolean(),
      evidence: z.enum(EVIDENCE_LEVELS),
    }),
    limits: z.strictObject({
      timeout: name.nullable(),
      idle: name.nullable(),
      turns: z.int().nullable(),
      tokens: z.number().nullable(),
      usd: z.number().nullable(),
    }),
    used: z.array(measure),
    max_tries: z.int(),
    parent: otherTask.nullable(),
    waits_for: z.array(otherTask),
    waited_for_by: z.array(otherTask),
    questions: z.array(question),
    result: z.strictObject({ text: z.string(), file: name.nullable(), attempt: z.int().nullable() }).nullable(),
    attempts: z.array(
      z.strictObject({
        attempt: z.int(),
        uuid: name.nullable(),
        coder: name.nullable(),
        model: name.nullable(),
        cwd: name.nullable(),
        session: name.nullable(),
        resume: name.nullable(),
        account: name.nullable(),
        ...changed,
        checks: checks.nullable(),
        started_at: time.nullable(),
        outcome: name.nullable(),
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
        task: name,
        attempt: z.int(),
        coder: name.nullable(),
        model: name.nullable(),
        account: name.nullable(),
        outcome: name.nullable(),
        reason: z.string(),
        started_at: time.nullable(),
        duration_ms: millis.nullable(),
        tokens: z.number().nullable(),
        cost_usd: z.number().nullable(),
        ...changed,
        checks,
        resume: name.nullable(),
        dir: z.string(),
      }),
    ),
  }),
  reviews: view({ reviews: z.array(waitingRow) }),
  review: view({
    id: name,
    title: z.string(),
    review: waitingRow.nullable(),
    receipt: z.strictObject(receipt).nullable(),
    remarks: z.array(remark),
    base_commit: name.nullable(),
    cwd: name.nullable(),
    diff: z.string().nullable(),
  }),
  experiment: view({ id: name, title: z.string(), tasks: z.array(comparedTask) }),
  accounts: view({ accounts: z.array(account), warning: name.nullable() }),
  questions: view({ questions: z.array(question), asked: z.array(asked) }),
  diff: view({ cwd: name, base_commit: z.string(), diff: z.string(), left_out: z.array(z.string()) }),
  init: view({ home: name, prefix: z.string(), created: z.boolean(), coder: name.nullable() }),
  status: view({
    home: name,
    running: z.boolean(),
    pid: z.int().nullable(),
    since: time.nullable(),
    elsewhere: name.nullable(),
    suspended: z.boolean(),
    version: name.nullable(),
    newer_version: name.nullable(),
    cgroups: z.looseObject({ kind: z.enum(["area", "none"]) }).nullable(),
    hold: z.strictObject({ kind: z.string(), text: z.string(), since: time }).nullable(),
    mode: z.enum(["running", "paused", "draining"]),
    max_concurrent: z.int().nullable(),
    config_problems: z.array(z.string()),
    held_back: z.array(z.strictObject({ what: z.string(), until: time, reason: z.string() })),
    parked: z.array(z.strictObject({ account: name, coder: name, until: time.nullable(), reason: z.string() })),
    standstill: z.array(z.string()),
    taken_off: z.array(z.strictObject({ task: z.string(), commit: name, target: name, repository: name })),
    limits: z.array(z.string()),
    tasks: z.strictObject({ ...open, closed: z.int() }),
    waits: z.array(
      z.strictObject({
        state: taskRow.state,
        tasks: z.int(),
        first: z.string(),
        reason: name.nullable(),
        why: why.nullable(),
        commands: z.array(z.string()),
      }),
    ),
    attempts_elsewhere: z.array(z.strictObject({ task: name, text: z.string() })),
    questions: z.int(),
    blind: name.nullable(),
    unreadable: z.array(z.string()),
    problems: z.array(z.string()),
  }),
  coders: view({
    coders: z.array(
      z.strictObject({
        name: z.string(),
        default: z.boolean(),
        kind: z.enum(["found", "missing", "broken"]),
        path: name.nullable(),
        version: name.nullable(),
        signed_in: z.enum(["yes", "no", "not needed", "unknown"]).nullable(),
        how: name.nullable(),
        install: name.nullable(),
        reason: name.nullable(),
        parked: name.nullable(),
      }),
    ),
    warning: name.nullable(),
  }),
  /** As they are written in config.yaml; docs/configuration.md says what each may be. */
  config: view(Object.fromEntries(Object.keys(allSettings(DEFAULTS)).map((key) => [key, z.json()]))),
  effective: view({
    id: name,
    settings: z.array(
      z.strictObject({
        name: z.string(),
        value: z.json(),
        from: source,
        of: name.nullable(),
        at: name.nullable(),
      }),
    ),
    problems: z.array(z.string()),
  }),
  gc: view({
    removed: z.boolean(),
    attempts: z.array(
      z.strictObject({
        task: name,
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
      z.strictObject({ task: name, dir: z.string(), bytes: z.int(), goes: z.boolean(), why: z.string() }),
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
    refs: z.array(z.strictObject({ repository: z.string(), ref: z.string(), task: name })),
    undeleted: z.array(z.string()),
  }),
  result: view({ text: z.string(), file: name.nullable(), attempt: z.int().nullable() }),
  text: view({ path: name, exists: z.boolean(), text: z.string() }),
  prompt: view({ id: name, attempt: z.int(), coder: name, text: z.string() }),
  path: view({
    path: z.string(),
    clone: z
      .strictObject({
        dir: z.string(),
        branch: z.string(),
        base: z.string(),
        base_from: name.nullable(),
        target: name.nullable(),
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
        commit: name.nullable(),
        via: z.enum(["branch", "push", "pr"]),
        would: z.enum(["lands", "landed", "nothing-new", "conflict", "no-target", "refused"]),
        why: name.nullable(),
        hint: name.nullable(),
        files: z.array(z.string()),
        tasks: z.array(z.string()),
      }),
    ),
  }),
  log: z.strictObject({
    at: time,
    event: z.enum([...JOURNAL_EVENTS, "other"]),
    task: name.nullable(),
    attempt: z.int().nullable(),
    coder: name.nullable(),
    model: name.nullable(),
    account: name.nullable(),
    by: name.nullable(),
    until: time.nullable(),
    text: z.string(),
  }),
  error: view({ error: z.string(), where: name.nullable(), hint: name.nullable() }),
};

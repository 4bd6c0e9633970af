/**
 * Every verb from inside an attempt, whatever its environment, from inside a check, and its change by a push, as one table; and
 * docs/inside.md, which tells the same.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { withRecord } from "@fleet/store/fleet-record";
import type { Act } from "@fleet/store/decision";
import { type Deed, deedsOf } from "@fleet/store/deeds";
import { type Answer, may, mayQueue, type QueueDeed, relationOf, together, type Who, whoOf } from "@fleet/store/inside";
import type { Issue } from "@fleet/store/issue";
import { mayPush } from "@fleet/store/merge/may-push";
import { Store } from "@fleet/store/store";
import { uuid7 } from "@fleet/kit/uuid";

import { type Acting, actingHere } from "../../src/app/acting.ts";
import { areaName } from "../../src/attempts/process/cgroup-place.ts";
import { outermost, type Surroundings } from "../../src/attempts/process/speaker.ts";
import { GROUPS } from "../../src/bd/table.ts";
import { COMMANDS, nameOf } from "../../src/cli/commands/index.ts";
import { QUEUE_TOOLS } from "../../src/mcp/queue-tools.ts";
import { initialized, type World } from "../bd/world.ts";
import { expectTable, table } from "../support/doc-table.ts";
import { Fleet } from "../support/fleet.ts";

const UUID = "7f3a9c1e-0000-4000-8000-000000000001";
const OTHER = "11111111-0000-4000-8000-000000000002";

type Expected = Answer["kind"] | "read";
/** `nothing`: it changes nothing that could be pushed. */
type Pushed = Answer["kind"] | "nothing";

/**
 * What a verb is answered in an attempt, and where a push of its change is answered otherwise, what that is. A check reads what is
 * read; all else is refused to it. own: the attempt's task · child: it made it · task: a person's · busy: another attempt works on it · done: a person's,
 * closed · dep: `task` waits for it.
 */
const VERBS: readonly (readonly [line: string, expected: Expected, push?: Pushed, stdin?: string])[] = [
  ["create X", "allowed"],
  ["create X --parent tt-task --deps blocks:tt-dep", "allowed"],
  ["create X --coder codex", "refused"],
  ["create X --model huge", "refused"],
  ["create X --cwd /", "refused"],
  ["create X --check make", "refused"],
  ["create X --timeout none", "refused"],
  ["q X", "allowed"],
  ["update tt-own --append-notes found", "allowed"],
  ["update tt-own --status blocked --notes which", "allowed"],
  ["update tt-own --title X", "refused"],
  ["update tt-own --description X", "refused"],
  ["update tt-own --acceptance X", "refused"],
  ["update tt-own --type epic", "refused"],
  ["update tt-own --ephemeral", "refused"],
  ["update tt-own --coder shell", "refused"],
  ["update tt-own --assignee Ann", "refused"],
  ["update tt-own --parent tt-task", "refused"],
  ["update tt-own --status open", "refused"],
  ["update tt-own --status closed", "claim", "refused"],
  ["update tt-child --title X --status in_progress", "allowed"],
  ["update tt-child --coder codex", "refused"],
  ["update tt-child --cwd /", "refused"],
  ["update tt-child --deny src/**", "allowed"],
  ["update tt-task --title X", "comment only"],
  ["update tt-task --claim", "comment only"],
  ["update tt-task --priority 0", "comment only"],
  ["update tt-task --status closed", "comment only"],
  ["update tt-task --add-label api", "allowed"],
  ["update tt-busy --status open", "comment only"],
  ["close tt-own --reason done", "claim", "refused"],
  ["close tt-child", "allowed"],
  ["close tt-task", "comment only"],
  ["close tt-busy", "comment only"],
  ["close tt-own --force --reason done", "claim", "refused"],
  ["reopen tt-own", "refused"],
  ["reopen tt-done", "comment only"],
  ["delete tt-child --force", "allowed"],
  ["delete tt-task --force", "comment only"],
  ["delete tt-child tt-child2 --force", "refused"],
  ["comment tt-task seen", "allowed"],
  ["comments add tt-busy seen", "allowed"],
  ["label add tt-task api", "allowed"],
  ["label remove tt-task kept", "allowed"],
  ["tag tt-task api", "allowed"],
  ["note tt-own found", "allowed"],
  ["note tt-task found", "comment only"],
  ["assign tt-task Ann", "comment only"],
  ["priority tt-task 0", "comment only"],
  ["edit tt-task", "comment only"],
  ["rename tt-task tt-x", "comment only"],
  ["batch", "comment only", "comment only", "close tt-task\n"],
  ["batch", "refused", "refused", "update tt-own status=open\n"],
  ["defer tt-task --until +1d", "comment only"],
  ["undefer tt-late", "comment only"],
  ["undo", "refused", "nothing"],
  ["dep add tt-task tt-done", "allowed"],
  ["dep tt-done --blocks tt-task", "allowed"],
  ["dep remove tt-task tt-dep", "comment only"],
  ["link tt-task tt-done", "allowed"],
  ["duplicate tt-twin --of tt-dep", "comment only"],
  ["supersede tt-twin --with tt-dep", "comment only"],
  ["duplicates --auto-merge", "comment only"],
  ["human respond tt-human -r x", "comment only"],
  ["human dismiss tt-human", "comment only"],
  ["epic close-eligible", "comment only"],
  ["todo add X", "allowed"],
  ["todo done tt-task", "comment only"],
  ["remember fact --key k2", "allowed"],
  ["forget k", "allowed"],
  ["kv set a b", "allowed"],
  ["config set mine.key v", "allowed"],
  ["config set issue_prefix zz", "refused"],
  ["config set federation.remote x", "refused"],
  ["rename-prefix zz-", "refused", "nothing"],
  [
    "import - --trust",
    "refused",
    // A new issue, as `create` makes it.
    "allowed",
    '{"id":"tt-new","title":"X","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"}\n',
  ],
  [
    "import -",
    "allowed",
    // A person's import notes in fleet's record what came from outside.
    "refused",
    '{"id":"tt-new","title":"X","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"}\n',
  ],
  [
    "import -",
    "comment only",
    "refused",
    '{"id":"tt-task","title":"Y","created_at":"2026-01-01T00:00:00Z","updated_at":"2999-01-01T00:00:00Z"}\n',
  ],
  ["ready --claim", "read", "comment only"],
  ...[
    "show tt-task;list;ready;blocked;search x;query status=open;children tt-task;epic status;count;stale;status;history tt-task",
    "human list;todo list;orphans;preflight;lint --help;statuses;types;graph tt-task;duplicates;find-duplicates;memories;recall k",
    "kv list;config list;comments tt-task;label list tt-task;dep list tt-task;export;setup;where;info;context;doctor;prime",
    "onboard;quickstart;version;help;completion bash;hooks;sync;codex-hook;init --init-if-missing",
  ]
    .join(";")
    .split(";")
    .map((line) => [line, "read"] as const),
];

const attempt = { FLEET_ATTEMPT_ID: UUID, FLEET_TASK_ID: "tt-own", BEADS_ACTOR: "claude/7f3a" };

describe("fleet bd from inside", () => {
  let world: World;
  let store: Store;
  let base = "";

  const ref = (): string => join(world.fleetHome, ".git", "refs", "heads", "main");
  const ann = (): Act => ({ actor: "Ann", email: "ann@example.org", now: Date.now(), uuid: uuid7 });
  const put = async (change: (issue: Issue) => Issue, id: string): Promise<void> =>
    await store.transact(ann(), (snapshot) => {
      const issue = snapshot.issue(id);
      if (issue === undefined) throw new Error(id);
      return { kind: "commit", event: "update", subject: id, issues: [change(issue)], result: undefined };
    });

  beforeAll(async () => {
    world = await initialized();
    store = new Store(world.fleetHome);
    const lines = [
      ["own", "--check", "true"],
      ["child"],
      ["child2"],
      // The first that is ready, in whatever seconds they are made.
      ["task", "-l", "kept", "-p", "1"],
      ["dep"],
      ["busy"],
      ["done"],
      ["late", "--defer", "+1d"],
      ["human", "-l", "human"],
      ["epic", "--type", "epic"],
      ["twin", "--title", "same"],
      ["twin2", "--title", "same"],
    ];
    for (const [name = "", ...more] of lines) {
      const title = more.includes("--title") ? [] : [name];
      expect((await world.bd(["create", ...title, "--id", `tt-${name}`, ...more])).exit).toBe(0);
    }
    await world.bd(["create", "part", "--id", "tt-part", "--deps", "parent-child:tt-epic"]);
    await world.bd(["close", "tt-part"]);
    await world.bd(["dep", "add", "tt-task", "tt-dep", "--type", "related"]);
    await world.bd(["remember", "fact", "--key", "k"]);
    await world.bd(["close", "tt-done"]);
    for (const id of ["tt-child", "tt-child2"]) await put((issue) => withRecord(issue, { made_by: "tt-own" }), id);
    const held = (issue: Issue, uuid: string): Issue =>
      withRecord(
        { ...issue, status: "in_progress", assignee: `claude/${uuid.slice(0, 4)}` },
        { attempt: { n: 1, uuid } },
      );
    await put((issue) => held(issue, UUID), "tt-own");
    await put((issue) => held(issue, OTHER), "tt-busy");
    base = readFileSync(ref(), "utf8");
    world.file("editor", '#!/bin/sh\necho more >>"$1"\n');
  });
  afterAll(() => world[Symbol.dispose]());

  const heard = async (line: string, stdin: string | undefined, env: Record<string, string>): Promise<string> => {
    writeFileSync(ref(), base);
    const editor = { EDITOR: `sh ${join(world.dir, "editor")}` };
    const { exit, stdout, stderr } = await world.bd(line.split(" "), {
      env: { ...editor, ...env },
      stdin: stdin ?? "",
    });
    const said = `${stdout}${stderr}`;
    const isClaim = store.snapshot().issue("tt-own")?.metadata?.["fleet"];
    if (/a check only reads/.test(said)) return "a check only reads";
    if (/may only comment on/.test(said)) return "comment only";
    if (exit === 0) return JSON.stringify(isClaim).includes('"completion"') ? "claim" : "allowed";
    // Refused for being inside, and with a way on.
    const isTold =
      /an attempt (?:may not|can't)|made by an attempt/.test(said) && /fleet (?:ask|bd )|Hint|"hint"/.test(said);
    return isTold ? "refused" : `exit ${exit}: ${said}`;
  };

  /** The hook's answer to what a person changes by this line, when an attempt pushes it. */
  const pushed = async (line: string, stdin: string | undefined): Promise<Pushed> => {
    writeFileSync(ref(), base);
    const before = store.snapshot();
    await world.bd(line.split(" "), {
      env: { EDITOR: `sh ${join(world.dir, "editor")}` },
      stdin: stdin ?? "",
    });
    const after = store.snapshot();
    if (after.tip === before.tip) return "nothing";
    const ids = [...new Set([before, after].flatMap((snapshot) => snapshot.all().map(({ id }) => id)))];
    const issues = ids.flatMap((id) => {
      const [was, is] = [before.line(id), after.line(id)];
      return is === undefined || isDeepStrictEqual(was, is) ? [] : [{ before: was, after: is }];
    });
    const own = before.issue("tt-own");
    const answers = mayPush(
      { who: { kind: "attempt", task: "tt-own", uuid: UUID, actor: "claude/7f3a" }, own },
      {
        issues,
        meta: isDeepStrictEqual(before.meta, after.meta) ? undefined : { before: before.meta, after: after.meta },
        memories: !isDeepStrictEqual(before.memoryLines(), after.memoryLines()),
        settings: false,
        deleted: issues.filter((one) => one.after.status === "tombstone").length,
        mended: false,
      },
    );
    const answer = together(answers.map(([, one]) => one));
    if ("mend" in answer) expect(answer.mend).toMatch(/fleet (?:ask|bd )/);
    return answer.kind;
  };

  it.each(
    VERBS.map(([line, expected, push, stdin]) => ({
      line,
      expected,
      push: push ?? (expected === "read" ? "nothing" : expected),
      stdin,
    })),
  )(
    "$line: $expected in an attempt, pushed: $push, and a check only reads",
    async ({ line, expected, push, stdin }) => {
      // What only reads changes nothing that could be pushed.
      if (expected !== "read" || push !== "nothing") expect(await pushed(line, stdin)).toBe(push);
      expect(await heard(line, stdin, attempt)).toBe(expected === "read" ? "allowed" : expected);
      expect(await heard(line, stdin, { FLEET_CHECK_ID: UUID })).toBe(
        expected === "read" && line !== "ready --claim" ? "allowed" : "a check only reads",
      );
    },
  );

  it("a clean environment hides nothing: the processes above it, and its cgroup, say the same as its own marks", async () => {
    mkdirSync(join(world.fleetHome, "tasks"), { recursive: true });
    writeFileSync(ref(), base);
    const environ = (variables: Record<string, string>): string =>
      Object.entries(variables)
        .map(([name, value]) => `${name}=${value}\0`)
        .join("");
    const [clean, shell] = [environ({ PATH: "/bin" }), environ({ HOME: "/", PATH: "/bin" })];
    const below = (cgroup: string, ...above: readonly string[]): Surroundings => ({
      environs: () => above,
      cgroup: () => cgroup,
    });
    const area = areaName(world.fleetHome);
    const home = { FLEET_HOME: world.fleetHome };
    const acts = async (env: Record<string, string>, around: Surroundings): Promise<Acting> =>
      await actingHere({ env }, world.fleetHome, undefined, around);
    const nowhere = below("0::/user.slice\n", clean);
    for (const [marks, kind] of [
      [attempt, "attempt"],
      [{ FLEET_CHECK_ID: UUID, FLEET_CHECK_HOME: world.fleetHome }, "check"],
    ] as const) {
      const marked = await acts({ ...home, ...marks }, nowhere);
      expect(whoOf(marked)).toMatchObject({ kind });
      expect(await acts({}, below("0::/user.slice\n", clean, shell, environ({ ...home, ...marks })))).toEqual(marked);
      expect(await acts({}, below(`0::/user.slice/${area}/${kind}-${UUID}\n`, clean, shell))).toEqual(marked);
    }
    expect(await acts({}, nowhere)).toEqual({});
  });

  type Tool = readonly [name: string, input: Readonly<Record<string, string>>, expected: Expected];
  /** ask_human is `fleet ask`, and is there for an attempt alone. */
  const TOOLS = [
    ["create", { title: "X" }, "allowed"],
    ["update", { id: "tt-task", title: "X" }, "comment only"],
    ["update", { title: "X" }, "refused"],
    ["comment", { id: "tt-task", text: "x" }, "allowed"],
    ["close", { reason: "x" }, "claim"],
    ["close", { id: "tt-task", reason: "x" }, "comment only"],
    ["dep_add", { issue: "tt-task", depends_on: "tt-done" }, "allowed"],
    ["remember", { text: "x" }, "allowed"],
    ...["ready", "list", "show", "memories"].map((name) => [name, {}, "read"] as const),
    ["recall", { key: "k" }, "read"],
  ] as const satisfies readonly Tool[];

  it.each(TOOLS)("MCP's tool %s %o: %s in an attempt, and a check only reads", async (name, input, expected) => {
    const words = (QUEUE_TOOLS.find((tool) => tool.name === name)?.line(input, "tt-own") ?? []).join(" ");
    expect(await heard(words, undefined, attempt)).toBe(expected === "read" ? "allowed" : expected);
    expect(await heard(words, undefined, { FLEET_CHECK_ID: UUID })).toBe(
      expected === "read" ? "allowed" : "a check only reads",
    );
  });

  it("every verb and every tool is in the table", () => {
    const tried = new Set(VERBS.map(([line]) => line.split(" ")[0]));
    expect(GROUPS.flatMap(({ entries }) => entries.map(({ name }) => name)).filter((name) => !tried.has(name))).toEqual(
      [],
    );
    const tools = new Set<string>(TOOLS.map(([name]) => name));
    expect(QUEUE_TOOLS.filter(({ name }) => !tools.has(name))).toEqual([]);
  });
});

/** Lines of operations, which ask on their own whether whoever acts may do them. */
const OPERATIONS = [
  "answer tt-own yes",
  "approve tt-own",
  "reject tt-own -m no",
  "checkout tt-own",
  "clone elsewhere",
  "config set max_attempts=9",
  "config unset max_attempts",
  "config edit",
  "drain",
  "experiment X --with claude --with codex",
  "gc --yes",
  "kill tt-own",
  "land tt-own",
  "pause",
  "pause claude",
  "pick tt-own",
  "pr tt-own",
  "resume",
  "resume claude",
  "retry tt-own",
  "sync",
  "sync nowhere --trust",
];

/** With these arguments it is a person's to give. */
const FOR_PERSON: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> = {
  run: [{ action: "start" }, { action: "stop" }, { action: "restart" }, { action: "foreground" }],
  notify: [{ action: "test" }, { action: "send" }],
  review: [{ approve: true }, { "request-changes": true }, { comment: "a:1" }, { edit: true }],
  service: [{ action: "install" }, { action: "remove" }],
  shim: [{ action: "install" }, { action: "remove" }],
};
const FOR_ALL: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> = {
  ...Object.fromEntries(
    "init bd top tasks task explain compare stats log notify review questions ask mcp coders accounts completion complete-values merge-driver check-push scope-hook"
      .split(" ")
      .map((name) => [name, [{}]]),
  ),
  config: [{ action: "show" }],
  run: [{ action: "status" }],
  service: [{ action: "status" }],
  shim: [{ action: "status" }],
};

describe("fleet's own commands from inside", () => {
  it.each(COMMANDS.map((entry) => [nameOf(entry), entry] as const))("%s", async (name, entry) => {
    const { forPerson = () => false } = await entry.load();
    for (const args of FOR_PERSON[name] ?? []) expect(forPerson(args), JSON.stringify(args)).toBe(true);
    for (const args of FOR_ALL[name] ?? []) expect(forPerson(args), JSON.stringify(args)).toBe(false);
    const asks = OPERATIONS.filter((line) => line.split(" ")[0] === name);
    expect([...asks, ...(FOR_PERSON[name] ?? []), ...(FOR_ALL[name] ?? [])]).not.toEqual([]);
  });

  it("an operation that is a person's is refused in an attempt and in a check, and changes nothing", async () => {
    await using fleet = await Fleet.make();
    const id = await fleet.task("its own", "words");
    const tip = (): string => fleet.store.snapshot().tip;
    const before = tip();
    for (const line of OPERATIONS)
      for (const env of [{ FLEET_TASK_ID: id, FLEET_ATTEMPT_ID: UUID }, { FLEET_CHECK_ID: UUID }]) {
        const { code, stderr } = await fleet.run(line.replace("tt-own", id).split(" "), { env });
        expect([line, code]).toEqual([line, 1]);
        expect(stderr, line).toMatch(/is for the person who runs the fleet|a check only reads/);
      }
    expect(tip()).toBe(before);
    expect(fleet.journal()).toBe("");
    // What would go is everybody's to see.
    await fleet.ok(["gc"], { env: { FLEET_TASK_ID: id, FLEET_ATTEMPT_ID: UUID } });
  });
});

const INSIDE: Who = { kind: "attempt", task: "tt-own", uuid: UUID };
const issue: Issue = {
  id: "tt-task",
  title: "A",
  status: "open",
  priority: 2,
  issue_type: "task",
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
};
const RELATED = {
  own: withRecord({ ...issue, id: "tt-own" }, { attempt: { n: 1, uuid: UUID } }),
  lost: withRecord({ ...issue, id: "tt-own" }, { attempt: { n: 2, uuid: OTHER } }),
  child: withRecord(issue, { made_by: "tt-own" }),
  other: issue,
};

it("a task that it made is another's as soon as an attempt works on it", () => {
  const who = { kind: "attempt", task: "tt-own", uuid: UUID } as const;
  for (const [name, one] of Object.entries(RELATED)) expect(relationOf(who, one)).toBe(name);
  const busy = withRecord(RELATED.child, { attempt: { n: 1, uuid: OTHER } });
  expect(relationOf(who, busy)).toBe("other");
  expect(
    together(deedsOf(busy, { ...busy, status: "closed" }, RELATED.own).map((deed) => may(who, deed, busy))),
  ).toMatchObject({
    kind: "comment only",
    mend: 'fleet bd comment tt-task "…"',
  });
});

it("of several marks the outermost of this home counts, and none that was put on for another", () => {
  const process = (variables: Record<string, string>) => (name: string) => variables[name];
  const wrapper = process({ FLEET_HOME: "/h", FLEET_ATTEMPT_ID: "a", FLEET_TASK_ID: "tt-a" });
  const forged = process({ FLEET_HOME: "/h", FLEET_ATTEMPT_ID: "b", FLEET_TASK_ID: "tt-b" });
  const moved = process({ FLEET_HOME: "/other", FLEET_ATTEMPT_ID: "a", FLEET_TASK_ID: "tt-a" });
  const check = process({ FLEET_HOME: "/test", FLEET_CHECK_HOME: "/h", FLEET_CHECK_ID: "c" });
  const clean = process({});
  expect(outermost([clean, forged, wrapper, clean], "/h")).toMatchObject({ kind: "attempt", task: "tt-a" });
  expect(outermost([moved, wrapper], "/other")).toBeUndefined();
  expect(outermost([clean, check], "/h")).toMatchObject({ kind: "check", uuid: "c" });
  expect(outermost([clean, check], "/test")).toBeUndefined();
  expect(outermost([clean, clean], "/h")).toBeUndefined();
});

const DEEDS: Readonly<Record<Deed["kind"], readonly [words: string, deed: Deed]>> = {
  comment: ["comment", { kind: "comment" }],
  label: ["add and remove labels", { kind: "label" }],
  link: ["link it, and take such a link back", { kind: "link" }],
  unlink: ["remove a link that others made", { kind: "unlink" }],
  create: ["create it, with the settings of its own task", { kind: "create", loosened: [] }],
  "claim done": ["say that it is done (`close`)", { kind: "claim done" }],
  close: ["close it in any other way", { kind: "close" }],
  block: ["block it, resume it", { kind: "block" }],
  "put back": ["put it back, off or on ice; reopen it", { kind: "put back", status: "open" }],
  edit: ["edit notes, design, priority, …", { kind: "edit", fields: ["notes"] }],
  rewrite: ["change what was asked for in words", { kind: "rewrite", fields: ["title"] }],
  settings: ["change its settings", { kind: "settings", names: ["coder"], loosened: [] }],
  reparent: ["give it another parent", { kind: "reparent" }],
  assign: ["assign it", { kind: "assign" }],
  trust: ["say that it may run, though it came from outside", { kind: "trust" }],
  record: ["change fleet's record of attempts", { kind: "record" }],
  delete: ["delete or rename it", { kind: "delete" }],
};
/** Of `config` only what changes something asks. */
const ASKING = OPERATIONS.map((line): [string, string[]] => {
  const [name = ""] = line.split(" ");
  const actions = OPERATIONS.filter((one) => one.startsWith("config ")).map((one) => one.split(" ")[1] ?? "");
  return [name, name === "config" ? actions : []];
});
const BY_ACTION = Object.entries(FOR_PERSON).map(([name, calls]): [string, string[]] => [
  name,
  calls.flatMap(({ action, ...flags }) =>
    typeof action === "string" ? [action] : Object.keys(flags).map((flag) => `--${flag}`),
  ),
]);
const PERSONS = [...new Map([...ASKING, ...BY_ACTION])]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, actions]) => `\`fleet ${name}${actions.length === 0 ? "" : ` ${actions.join(", ")}`}\``);
const QUEUE: Readonly<Record<QueueDeed["kind"], readonly [words: string, deed: QueueDeed]>> = {
  read: ["read anything", { kind: "read" }],
  remember: ["memories, key-value pairs, `bd config` but for the next row", { kind: "remember" }],
  ask: ["`fleet ask`", { kind: "ask" }],
  configure: ["`issue_prefix`, `federation.*`, config.yaml", { kind: "configure", names: ["issue_prefix"] }],
  sweep: ["delete several issues at once, `rename-prefix`, fix lines", { kind: "sweep", what: "delete several" }],
  command: [PERSONS.join(", "), { kind: "command", words: "fleet kill" }],
};
const WORDS: Readonly<Record<Answer["kind"], string>> = {
  allowed: "yes",
  claim: "a claim, which is proven first",
  "comment only": "a comment only",
  refused: "no",
};

it("docs/inside.md has the tables of the code", () => {
  const issues = table(
    ["what is done", "its own task", "its own task, lost", "tasks that it made", "other tasks"],
    Object.values(DEEDS).map(([words, deed]) => [
      words,
      ...Object.values(RELATED).map((one) => WORDS[may(INSIDE, deed, one).kind]),
    ]),
  );
  const queue = table(
    ["what is done", "an attempt", "a check"],
    Object.values(QUEUE).map(([words, deed]) => [
      words,
      WORDS[mayQueue(INSIDE, deed).kind],
      WORDS[mayQueue({ kind: "check" }, deed).kind],
    ]),
  );
  expectTable("inside.md", "issues", issues);
  expectTable("inside.md", "queue", queue);
});

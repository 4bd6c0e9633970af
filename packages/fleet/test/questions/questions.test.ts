/** Questions on real processes: asked from inside an attempt, listed, answered, and what becomes of everybody meanwhile. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { decodeId } from "@fleet/kit/process/id";

import { heldBy } from "@fleet/store/claims";
import { fleetRecord } from "@fleet/store/fleet-record";
import { update } from "@fleet/store/ops/update";
import { openQuestions } from "@fleet/store/questions";

import { waitsNow } from "../../src/attempts/records/waits.ts";
import { FILES } from "../../src/attempts/records/files.ts";
import { decodeEntry } from "../../src/engine/shell/state/journal.ts";
import { Fleet, isAlive, processesWith } from "../support/fleet.ts";
import { RESULT, says, TOOL } from "../support/robot.ts";
import { until } from "../support/until.ts";

/** Runs the script ./NAME of the project with its prompt's path, and can resume a session. */
const THINKER = `
coders:
  thinker:
    argv: [sh, ./thinker, new, "{prompt_file}"]
    resume: [sh, ./thinker, "{session}", "{prompt_file}"]
    prompt: argument
    events:
      - { when: { type: session }, event: session-started, fields: { session: id } }
      - { when: { type: tool }, event: tool-finished, fields: { tool: name } }
      - { when: { type: question }, event: question, fields: { text: text } }
      - { when: { type: result }, event: result, fields: { ok: ok, text: text, cause: cause } }
`;

/** Asks in its first session, and closes in the one that it is resumed with. */
const script = (asks: string): string => `${says({ type: "session", id: "thought-1" })}
${TOOL}
if [ "$1" = new ]; then
  ${asks}
else
  echo "$1" >resumed-$FLEET_TASK_ID
  fleet bd close "$FLEET_TASK_ID" --reason "went on" >&2
fi
${RESULT}
`;

let fleet: Fleet;

beforeAll(async () => {
  fleet = await Fleet.make({ max_concurrent: "20" }, THINKER, { finishGrace: 30_000 });
  fleet.write("thinker", script('eval "$(sed -n "s/^Ask: //p" "$2")"'));
  await fleet.supervise();
});
afterAll(async () => await fleet[Symbol.asyncDispose]());

const thinker = (title: string, asks: string): Promise<string> =>
  fleet.task(title, `Ask: ${asks}`, { coder: "thinker" });
const prompt = (id: string, n: number): string => readFileSync(join(fleet.dir(id, n), FILES.prompt), "utf8");

interface Row {
  readonly id: string;
  readonly n: number;
  readonly state: string;
  readonly question: string;
  readonly options: readonly string[];
  readonly coder: string;
  readonly answer_with: string;
}

async function rows(id: string): Promise<Row[]> {
  const all: Row[] = JSON.parse(await fleet.ok(["questions", "--json"])).questions;
  return all.filter((row) => row.id === id);
}

async function waiting(id: string): Promise<Row> {
  await until(`${id} waits`, () => waitsNow(fleet.dir(id), Date.now())[0]);
  return await until(`${id} is listed`, async () => (await rows(id)).find(({ state }) => state === "waiting"));
}

describe.concurrent("a question that blocks", () => {
  it("is listed, answered, and is with its answer in the next prompt of the same session", async () => {
    const id = await thinker(
      "asks",
      'fleet ask "Which port?" --option 8080 --option 9090 >asked.out 2>&1; echo $? >>asked.out',
    );
    const blocked = await fleet.settled(id, "blocked");
    expect(fleet.outcome(id)).toMatchObject({ kind: "question", reason: "Which port?", counts: false });
    expect(readFileSync(join(fleet.project, "asked.out"), "utf8")).toMatch(/stop now[^]*\n4\n$/);
    expect(fleetRecord(blocked)).toMatchObject({ session: "thought-1", reason: "Which port?" });
    expect(await rows(id)).toMatchObject([
      { n: 1, state: "blocking", question: "Which port?", options: ["8080", "9090"], coder: "thinker" },
    ]);
    const listed = await fleet.ok(["questions"]);
    expect(listed).toContain(`${id}  asks\n`);
    expect(listed).toContain(`fleet answer ${id} "…"`);
    expect(await fleet.ok(["bd", "show", id])).toContain(
      "Question 1: Which port?\nOptions: 8080 / 9090".split("\n")[0],
    );
    expect(await fleet.ok(["tasks"])).toMatch(/questions? waits?: fleet questions|questions wait: fleet questions/);
    expect(await fleet.ok(["task", id])).toContain("Which port?");

    const said = await fleet.ok(["answer", id, "007"]);
    expect(said).toContain(`${id}: answered, and back in the queue: asks\n`);
    expect(said).toContain(
      '"007" is none of the options (8080 / 9090); the agent gets it as it is; to take it back: fleet bd undo\n',
    );
    await fleet.settled(id, "closed");
    expect(fleet.outcomes(id)).toEqual(["question", "done"]);
    expect(fleet.tries(id)).toBe(0);
    expect(readFileSync(join(fleet.project, `resumed-${id}`), "utf8")).toBe("thought-1\n");
    const told = prompt(id, 2);
    expect(told).toMatch(
      /1\. thinker\/\w{4} asked: Which port\? \(options: 8080 \/ 9090\)\n {3}Answer by Ann, none of the options: 007/,
    );
    expect(told).not.toContain("Question 1: Which port?");
    expect(await rows(id)).toEqual([]);
    const again = await fleet.run(["answer", id, "8"]);
    expect(again).toMatchObject({ code: 1 });
    expect(again.stderr).toContain("was answered by Ann at");
    const log = await fleet.ok(["bd", "history", id]);
    expect(log).toMatch(/answer[^]*ask/);
  });

  it("may be asked by `bd update --status blocked --notes`, and be answered from standard input", async () => {
    const id = await thinker(
      "blocks itself",
      'fleet bd update "$FLEET_TASK_ID" --status blocked --notes "which key?" >&2',
    );
    await fleet.settled(id, "blocked");
    expect(await rows(id)).toMatchObject([{ question: "which key?", state: "blocking" }]);
    const done: unknown = JSON.parse(
      await fleet.ok(["answer", id, "-", "--json"], { stdin: "the one\nin the safe\n" }),
    );
    expect(done).toMatchObject({
      id,
      n: 1,
      question: "which key?",
      answer: "the one\nin the safe",
      options: [],
      is_option: null,
    });
    expect(done).toMatchObject({ reaches: "queue" });
    await fleet.settled(id, "closed");
    expect(prompt(id, 2)).toContain("Answer by Ann: the one\nin the safe");
  });

  it("may come from the coder's own stream", async () => {
    const id = await thinker("wonders", says({ type: "question", text: "red or blue?" }));
    await fleet.settled(id, "blocked");
    expect(await rows(id)).toMatchObject([{ question: "red or blue?" }]);
    await fleet.ok(["answer", id, "red"]);
    await fleet.settled(id, "closed");
    expect(prompt(id, 2)).toContain("Answer by Ann: red");
  });

  it("can be put back by hand, without an answer", async () => {
    const id = await thinker("is put back", 'fleet ask "Which?"');
    await fleet.settled(id, "blocked");
    await fleet.ok(["bd", "update", id, "--status", "open"]);
    await fleet.settled(id, "closed");
    expect(prompt(id, 2)).toContain("asked: Which?\n   Not answered.");
    const late = await fleet.run(["answer", id, "x"]);
    expect(late).toMatchObject({ code: 1 });
    expect(late.stderr).toContain("no attempt waits for an answer any more");
  });

  it("gives a script its answer when it is run again", async () => {
    const id = await fleet.task("scripted", 'host=$(fleet ask "Which host?") || exit; echo "$host" >host');
    await fleet.settled(id, "blocked");
    await fleet.ok(["answer", id, "--", "--host", "::1"]);
    await fleet.settled(id, "closed");
    expect(readFileSync(join(fleet.project, "host"), "utf8")).toBe("--host ::1\n");
  });

  it("answered while the attempt still ends: nothing is lost, nothing runs twice", async () => {
    const id = await thinker(
      "is quick",
      'fleet ask "Which?"; touch quick; while [ ! -e let-quick-go ]; do sleep 0.05; done',
    );
    await until("it has asked", () => existsSync(join(fleet.project, "quick")));
    expect(heldBy(fleet.issue(id))?.n).toBe(1);
    expect(await fleet.ok(["answer", id, "now"])).toContain("as soon as the attempt that asked has ended");
    fleet.write("let-quick-go");
    await fleet.settled(id, "closed");
    expect(fleet.outcomes(id)).toEqual(["question", "done"]);
    expect(prompt(id, 2)).toContain("Answer by Ann: now");
  });
});

describe.concurrent("a question that is waited for", () => {
  it("is answered at once; the task runs on, and shows what it waits for", async () => {
    const id = await fleet.task("waits", 'port=$(fleet ask "Which port?" --wait 60s) || exit 9; echo "$port" >port');
    const row = await waiting(id);
    expect(fleet.issue(id).status).toBe("in_progress");
    expect(waitsNow(fleet.dir(id), Date.now())[0]).toMatchObject({ question: "Which port?" });
    expect(await fleet.ok(["tasks"])).toContain("asks: Which port?");
    expect(await fleet.ok(["answer", id, "8080"])).toContain("the agent was waiting, and continues");
    await fleet.settled(id, "closed");
    expect(readFileSync(join(fleet.project, "port"), "utf8")).toBe("8080\n");
    expect(fleet.outcomes(id)).toEqual(["done"]);
    expect(waitsNow(fleet.dir(id), Date.now())[0]).toBeUndefined();
    expect(row.answer_with).toBe(`fleet answer ${id} "…"`);
  });

  it("without an answer: exit 4, with what to do; asked without a wait it is the same question, and blocks", async () => {
    const id = await fleet.task(
      "waits in vain",
      'fleet ask "Who?" --wait 300ms 2>vain; echo $? >>vain; fleet ask "Who?"; exit 1',
    );
    await fleet.settled(id, "blocked");
    expect(readFileSync(join(fleet.project, "vain"), "utf8")).toMatch(
      /There was no answer in time\.[^]*ask 'Who\?'\n4\n$/,
    );
    expect(fleet.outcome(id)).toMatchObject({ kind: "question", reason: "Who?" });
    expect(await rows(id)).toMatchObject([{ n: 1, state: "blocking" }]);
    await fleet.ok(["answer", id, "me"]);
    // Both calls now print the answer.
    await until("its second end", () => fleet.outcome(id, 2));
    expect(readFileSync(join(fleet.project, "vain"), "utf8")).toBe("0\n");
    await fleet.run(["kill", id]);
  });

  it("ends with a kill of the attempt, and is no longer open then", async () => {
    const id = await fleet.task("is killed", 'fleet ask "Which?" --wait 10m');
    await waiting(id);
    const { uuid = "" } = heldBy(fleet.issue(id)) ?? {};
    await fleet.ok(["kill", id]);
    expect(processesWith("FLEET_ATTEMPT_ID", uuid)).toEqual([]);
    expect(await rows(id)).toEqual([]);
    expect(waitsNow(fleet.dir(id), Date.now())[0]).toBeUndefined();
    expect(await fleet.ok(["answer", id, "so"])).toContain("the next prompt has it");
  });
});

it("a wait outlives the supervisor, and is not held against the task's time", async () => {
  await using own = await Fleet.make({ task_timeout: "1500ms" });
  const id = await own.task("is patient", 'word=$(fleet ask "Which?" --wait 60s) || exit 9; echo "$word" >word');
  await own.start();
  await until("the wait", () => waitsNow(own.dir(id), Date.now())[0]);
  const began = Date.now();
  await own.killSupervisor();
  const waiter = decodeId(waitsNow(own.dir(id), Date.now())[0]?.process ?? "")?.pid ?? 0;
  expect(isAlive(waiter)).toBe(true);
  await own.supervise();
  await until("longer than the task may run", () => Date.now() - began > 2500);
  expect(own.outcome(id)).toBeUndefined();
  await own.ok(["answer", id, "patience"]);
  await own.settled(id, "closed");
  expect(readFileSync(join(own.project, "word"), "utf8")).toBe("patience\n");
  expect(own.outcomes(id)).toEqual(["done"]);
});

describe("outside of an attempt", () => {
  it("`fleet ask` says what to do instead", async () => {
    const ran = await fleet.run(["ask", "Which?"]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("fleet ask is for agents");
    expect(ran.stderr).toContain("fleet bd update ID --status blocked");
  });

  it("a wrong wait, no words and a task that asks nothing are refused, each with a way out", async () => {
    const id = await fleet.task("asks nothing", "true");
    const env = { FLEET_TASK_ID: id, FLEET_ATTEMPT_ID: "x" };
    expect(await fleet.run(["ask", "Which?", "--wait", "soon"], { env })).toMatchObject({ code: 2 });
    expect(await fleet.run(["answer", id, " "])).toMatchObject({ code: 2 });
    const none = await fleet.run(["answer", id, "80"]);
    expect(none.code).toBe(1);
    expect(none.stderr).toContain(`${id} has asked nothing`);
    expect(none.stderr).toContain("fleet questions");
  });
});

describe.concurrent("whoever waits is ended by its coder", () => {
  it("politely: it gives up, says so in the store, and the attempt continues", async () => {
    const id = await fleet.task(
      "is cut short",
      'fleet ask "Which?" --wait 10m & while [ ! -e cut-short ]; do sleep 0.05; done; kill $!; wait; fleet ask "Other?"',
    );
    await waiting(id);
    fleet.write("cut-short");
    await until(
      "the second question",
      () => openQuestions(fleet.issue(id), Date.now()).at(-1)?.question.text === "Other?",
    );
    expect(fleetRecord(fleet.issue(id)).questions?.[0]?.ended).toBeDefined();
    expect((await rows(id)).map(({ question }) => question)).toEqual(["Other?"]);
    await fleet.ok(["answer", id, "-q", "1", "late"]);
    await fleet.ok(["answer", id, "-q", "2", "in time"]);
    await fleet.settled(id, "closed");
  });

  it("by SIGKILL: it is listed no more, and an answer is kept for the next prompt", async () => {
    const id = await fleet.task(
      "is shot",
      'fleet ask "Which?" --wait 10m; while [ ! -e shot-may-end ]; do sleep 0.05; done',
    );
    await waiting(id);
    const waiter = await until("the wait", () => waitsNow(fleet.dir(id), Date.now())[0]);
    process.kill(decodeId(waiter.process)?.pid ?? 0, "SIGKILL");
    await until("nobody waits", async () => (await rows(id)).length === 0);
    expect(await fleet.ok(["answer", id, "late"])).toContain("the next prompt has it");
    fleet.write("shot-may-end");
    await fleet.settled(id, "closed");
  });
});

describe.concurrent("an agent that continues after it had blocked its task", () => {
  it("by its own word: it is not stopped, and what it asked is asked no more", async () => {
    await using own = await Fleet.make({}, THINKER, { finishGrace: 4_000 });
    own.write(
      "thinker",
      `${TOOL}
fleet bd update "$FLEET_TASK_ID" --status blocked --notes "hm?" >&2
fleet bd update "$FLEET_TASK_ID" --status in_progress >&2
touch went-on
while [ ! -e may-end ]; do sleep 0.05; done
fleet bd close "$FLEET_TASK_ID" --reason "no need to ask" >&2
${RESULT}
`,
    );
    const id = await own.task("changes its mind", "x", { coder: "thinker" });
    await own.supervise();
    await until("it goes on", () => existsSync(join(own.project, "went-on")));
    const began = Date.now();
    expect(JSON.parse(await own.ok(["questions", "--json"])).questions).toEqual([]);
    await until("longer than what is finished may stay", () => Date.now() - began > 5_500);
    expect(own.outcome(id)).toBeUndefined();
    own.write("may-end");
    await own.settled(id, "closed");
    expect(own.outcomes(id)).toEqual(["done"]);
  });

  it.each([
    ["asked", 'fleet ask "hm?" >&2'],
    ["blocked it", 'fleet bd update "$FLEET_TASK_ID" --status blocked >&2'],
  ])("by closing it, having %s: its proven work is closed, once", async (_what, first) => {
    const id = await thinker("needs no answer", `${first}; fleet bd close "$FLEET_TASK_ID" --reason "all done" >&2`);
    await fleet.settled(id, "closed");
    expect(fleet.outcomes(id)).toEqual(["done"]);
    expect(await rows(id)).toEqual([]);
  });

  it("and another home has brought a person's block meanwhile: that stands, and nothing is called done", async () => {
    const id = await thinker(
      "is blocked by a person",
      `touch may-block; while [ ! -e blocked ]; do sleep 0.05; done; fleet bd close "$FLEET_TASK_ID" --reason "all done" >&2`,
    );
    await until("it runs", () => existsSync(join(fleet.project, "may-block")));
    const ann = fleet.act();
    await fleet.store.transact(ann, (snapshot) => update(snapshot, ann, { id, status: "blocked" }));
    fleet.write("blocked");
    const settled = await fleet.settled(id, "blocked");
    expect(fleetRecord(settled).reason).toBe(
      `done (all done), but set to blocked meanwhile: fleet bd close ${id} closes it`,
    );
    expect(await fleet.ok(["tasks", "--all"])).toContain("done (all done), but set to blocked meanwhile");
    const events = (): string[] =>
      fleet
        .journal()
        .split("\n")
        .flatMap((line) => decodeEntry(line) ?? [])
        .filter(({ task }) => task === id)
        .map(({ event }) => event);
    // Said after the queue has it.
    await until("it is said", () => events().at(-1) === "kept");
    expect(events()).not.toContain("done");
  });
});

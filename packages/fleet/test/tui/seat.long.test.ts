/** `fleet top` in a terminal, as a person has it: keys in, the screen out. By tmux; without it there is nothing to look at. */
import { describe, expect, it } from "vitest";

import { Fleet } from "../support/fleet.ts";
import { RESULT, ROBOT } from "../support/robot.ts";
import { HAS_TMUX, Seat } from "../support/seat.ts";
import { until } from "../support/until.ts";

/** Of what nothing shows. */
const CLAIM = `fleet bd close "$FLEET_TASK_ID" --reason "implemented everything" >&2; ${RESULT}`;
const WAIT = `while [ ! -e go ]; do sleep 0.05; done`;

describe.skipIf(!HAS_TMUX)("the seat in a terminal", () => {
  it("answers, sends back, approves, retries and kills, each by one key and its yes", async () => {
    await using fleet = await Fleet.make({ evidence: "change" }, ROBOT);
    const asks = await fleet.task(
      "asks",
      `[ -e "$FLEET_HOME/told" ] || { : >"$FLEET_HOME/told"; fleet ask $FLEET_TASK_ID 'Which database?' --option tests --option shop; exit; }; ${WAIT}`,
    );
    const claims = await fleet.task("claims", CLAIM, { coder: "robot" });
    const blocked = await fleet.task("is blocked", WAIT);
    await fleet.ok(["bd", "update", blocked, "--status", "blocked", "--notes", "no key"]);
    const runs = await fleet.task("runs", WAIT);
    await fleet.supervise();
    using seat = new Seat(fleet, 120, 30);
    await seat.shows(/asks [^]*RUNNING 1/);

    seat.keys("/", "Which database", "Enter");
    await seat.shows(/NEEDS YOU, with "Which database"[^]*a answer/);
    seat.keys("a", "2", "Enter");
    await seat.shows(/answered/);
    expect(fleet.comments(asks)).toContain("shop");
    seat.keys("Escape", "/", claims, "Enter");
    await seat.shows(/x reject/);
    seat.keys("x", "where is the change?", "Enter");
    await seat.shows(/goes back to its coder/);
    seat.keys("Escape", "/", claims, "Enter");
    await seat.shows(/a approve/);
    seat.keys("a");
    await seat.shows(new RegExp(`approve ${claims}\\?`));
    seat.keys("y");
    await fleet.settled(claims, "closed");
    await seat.shows(/FINISHED 1/);

    seat.keys("Escape", "/", blocked, "Enter");
    await seat.shows(/r retry/);
    seat.keys("r", "y");
    await seat.shows(/in the queue again/);
    seat.keys("Escape", "/", "runs", "Enter");
    await seat.shows(/K kill/);
    seat.keys("K", "n");
    seat.keys("K", "y");
    await seat.shows(/was killed/);
    expect(fleet.outcomes(runs)).toEqual(["killed"]);
    seat.keys("q");
    await seat.shows(/left with 0/);
    fleet.write("go");
  });

  it.each([
    [60, 10],
    [80, 24],
    [160, 40],
  ])("fits %i × %i with details, log, help and a command, and leaves the terminal as it was", async (columns, rows) => {
    await using fleet = await Fleet.make();
    const id = await fleet.task("talks", `echo first words; ${WAIT}`);
    await fleet.supervise();
    using seat = new Seat(fleet, columns, rows);
    await seat.shows(/RUNNING 1/);
    seat.keys("Enter");
    await seat.shows(/running for/);
    seat.keys("l");
    await seat.shows(new RegExp(`${id} log[^]*first words`));
    seat.keys("Escape");
    await seat.shows(/RUNNING 1/);
    seat.keys("?");
    await seat.shows(/any key: back/);
    seat.keys("x", ":", "bd list --status in_progress --json", "Enter");
    await seat.shows(/"id": /);
    seat.keys("Escape");
    seat.resize(columns + 20, rows + 4);
    await seat.shows(/RUNNING 1/);
    seat.keys("C-c");
    await seat.shows(/left with 0/);
    fleet.write("go");
    await fleet.settled(id, "closed");
  });

  it("marks as seen what was on the screen, and shows the rest the next time", async () => {
    await using fleet = await Fleet.make();
    const ids: string[] = [];
    for (let n = 0; n < 12; n++) ids.push(await fleet.task(`number ${n}`, "words"));
    await fleet.ok(["bd", "close", ...ids, "--reason", "done by hand"]);
    {
      using first = new Seat(fleet, 80, 10);
      await first.shows(/FINISHED 12[^]*6 more/);
      first.keys("q");
      await first.shows(/left with 0/);
    }
    expect(await fleet.ok(["top", "--once"])).toContain("FINISHED 6 ");
    using second = new Seat(fleet, 80, 24);
    await second.shows(/FINISHED 6 /);
    second.keys("q");
    await second.shows(/left with 0/);
    expect(await fleet.ok(["top", "--once"])).not.toContain("FINISHED");
  });

  it("rings its bell for a task that comes to need you", async () => {
    await using fleet = await Fleet.make();
    fleet.configure({}, "notify: {bell: {bell: true}}\n");
    using seat = new Seat(fleet, 80, 24);
    await seat.shows(/Nothing to do/);
    expect(seat.hasRung()).toBe(false);
    const id = await fleet.task("is blocked", "words");
    await fleet.ok(["bd", "update", id, "--status", "blocked"]);
    await seat.shows(/NEEDS YOU/);
    await until("the bell", () => seat.hasRung());
  });

  it("is the screen of `fleet` without arguments, and says what to do without a terminal", async () => {
    await using fleet = await Fleet.make();
    const { code, stderr } = await fleet.run(["top"], { own: true });
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("fleet top --once") });
    expect((await fleet.ok(["top", "--once"])).split("\n").slice(1, 4)).toEqual([
      "Nothing to do.",
      "",
      'A task for this directory: fleet create "Title" -d "What to do"',
    ]);
    expect((await fleet.run([], { own: true })).stdout).toContain("fleet: a queue of tasks");
    using seat = new Seat(fleet, 80, 24, []);
    await seat.shows(/Nothing to do\.[^]*q quit/);
    seat.keys("q");
    await seat.shows(/left with 0/);
  });
});

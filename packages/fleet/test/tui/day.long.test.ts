/** A day of fifty agents, of which a person decides everything from `fleet top`: by keys, as the screen says it. By tmux. */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { Fleet } from "../support/fleet.ts";
import { RESULT, ROBOT, TOOL } from "../support/robot.ts";
import { HAS_TMUX, Seat } from "../support/seat.ts";

const WAIT = `echo at work; while [ ! -e "$FLEET_HOME/../evening" ]; do sleep 0.5; done`;
/** The first time, whatever is said here. */
const first = (what: string): string => `m="$FLEET_HOME/../$FLEET_TASK_ID"; [ -e "$m" ] || { : >"$m"; ${what}; }`;
const close = `fleet bd close "$FLEET_TASK_ID" --reason "all of it" >&2; ${RESULT}`;

const SCRIPTS = {
  works: WAIT,
  asks: `${first(`fleet ask 'Which database?' --option tests --option shop; exit`)}; ${WAIT}`,
  fails: `${first("exit 1")}; ${WAIT}`,
  /** Of what nothing shows. */
  claims: close,
  lands: `${TOOL}; echo $FLEET_TASK_ID >$FLEET_TASK_ID.txt; git add -A; git commit -qm work; ${close}`,
} as const;

/** Fifty in all. */
const DAY = { works: 40, asks: 3, fails: 3, claims: 2, lands: 2 } as const;

it.skipIf(!HAS_TMUX)(
  "a day of fifty agents is gone through from the screen: answers, approvals, kills, retries and landings",
  async () => {
    await using fleet = await Fleet.make();
    const shop = join(fleet.root, "shop");
    mkdirSync(shop);
    const git = (...args: string[]): string =>
      execFileSync("git", args, { cwd: shop, env: fleet.env, encoding: "utf8" }).trim();
    git("init", "-q", "-b", "main");
    git("commit", "-q", "--allow-empty", "-m", "first");
    fleet.configure(
      { max_concurrent: "50", max_attempts: "1" },
      `${ROBOT}projects: {${JSON.stringify(shop)}: {isolate: clone, review: person, land: manual}}\n`,
    );
    const made = async (kind: keyof typeof DAY): Promise<readonly string[]> => {
      const ids: string[] = [];
      const options = kind === "claims" ? { coder: "robot" } : kind === "lands" ? { coder: "robot", cwd: shop } : {};
      for (let n = 0; n < DAY[kind]; n++) ids.push(await fleet.task(`${kind} ${n}`, SCRIPTS[kind], options));
      return ids;
    };
    const asks = await made("asks");
    const fails = await made("fails");
    const claims = await made("claims");
    const lands = await made("lands");
    const works = await made("works");
    await fleet.supervise();
    using seat = new Seat(fleet, 140, 44);
    await seat.shows(/^.*3 questions +40 running/);
    for (const [kind, count] of [
      ["asks", 3],
      ["blocked", 3],
      ["asked", 2],
      ["review", 2],
    ] as const)
      await seat.shows(new RegExp(`(?:^[> ] ${kind} [^]*){${count}}`, "m"));

    /** Only its row, and what its last line offers. */
    const at = async (words: string, offers: RegExp): Promise<void> => {
      seat.keys("Escape", "/", words, "Enter");
      await seat.shows(new RegExp(`, with "${words}"`));
      await seat.shows(new RegExp(`${offers.source}.*\\s*$`));
    };
    /** Asked for first, then done. */
    const decide = async (key: string, question: RegExp, told: RegExp): Promise<void> => {
      seat.keys(key);
      await seat.shows(question);
      seat.keys("y");
      await seat.shows(told);
    };

    for (const [n, id] of asks.entries()) {
      await at(id, /a answer/);
      seat.keys("a", n === 0 ? "neither of them" : String(n), "Enter");
      await seat.shows(/: answered /);
    }
    await at("fails", /r retry/);
    seat.keys(" ", " ", " ");
    await seat.shows(/(?:^.\*blocked[^]*){3}/m);
    await decide("r", new RegExp(`retry ${fails.join(", ")}\\?`), /in the queue again/);
    const [believed = "", sentBack = ""] = claims;
    await at(believed, /a approve/);
    await decide("a", new RegExp(`approve ${believed}\\?`), new RegExp(`${believed} is closed`));
    await at(sentBack, /x reject/);
    seat.keys("x", "where is the change?", "Enter");
    await seat.shows(/goes back to its coder/);
    for (const id of lands) {
      await at(id, /a approve/);
      seat.keys("d");
      await seat.shows(new RegExp(`${id} diff[^]*\\+${id}`));
      seat.keys("Escape");
      await decide("a", new RegExp(`approve ${id}\\?`), new RegExp(`${id} is `));
      await at(id, /L land/);
      await decide("L", new RegExp(`land ${id}\\?`), new RegExp(`${id} is on main as `));
    }
    await at("works", /K kill/);
    seat.keys(" ", " ", "K");
    const [, ...runaways] = /kill (\S+), (\S+)\?/.exec(await seat.shows(/kill \S+, \S+\?/)) ?? [];
    seat.keys("y");
    await seat.shows(/was killed; .* was killed/);
    await at("retry", /r retry/);
    seat.keys(" ", " ");
    await decide("r", /retry \S+, \S+\?/, /in the queue again; .* in the queue again/);
    seat.keys("P");
    await seat.shows(/^.*paused[^]*paused: nothing new is claimed/);
    seat.keys("P");
    await seat.shows(/resumed: tasks are claimed again/);
    await at(sentBack, /a approve/);
    await decide("a", new RegExp(`approve ${sentBack}\\?`), new RegExp(`${sentBack} is closed`));

    seat.keys("Escape");
    await seat.shows(/RUNNING 46/);
    fleet.write("../evening");
    await seat.shows(/FINISHED 50 /);
    seat.keys("c");
    await seat.shows(/Nothing to do/);
    seat.keys("q");
    await seat.shows(/left with 0/);

    const all = [...asks, ...fails, ...claims, ...lands, ...works];
    expect(all.filter((id) => fleet.issue(id).status !== "closed")).toEqual([]);
    expect(asks.map((id) => /neither of them|tests|shop/.exec(fleet.comments(id))?.[0])).not.toContain(undefined);
    expect(fails.map((id) => fleet.outcomes(id))).toEqual(fails.map(() => ["failed", "done"]));
    expect(works.map((id) => fleet.outcomes(id).join())).toEqual(
      works.map((id) => (runaways.includes(id) ? "killed,done" : "done")),
    );
    expect(fleet.comments(sentBack)).toContain("where is the change?");
    expect(git("ls-tree", "--name-only", "main").split("\n")).toEqual(lands.map((id) => `${id}.txt`).sort());
  },
);

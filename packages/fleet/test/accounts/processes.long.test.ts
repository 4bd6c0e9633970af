/** Accounts with a supervisor: their sessions, settings that change meanwhile, and three sets of secrets. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { fleetRecord } from "@fleet/store/fleet-record";
import { homeId } from "@fleet/store/home-id";
import { claim } from "@fleet/store/ops/claim";

import { readAttempt } from "../../src/attempts/records/record.ts";
import { readParked } from "../../src/engine/shell/state/parked.ts";
import { Fleet } from "../support/fleet.ts";
import { DONE, says, WORKER } from "../support/robot.ts";
import { TWO, usedUp, soon, account, comesSoon } from "./two.ts";

describe.concurrent("two accounts", () => {
  it("a session waits for its account where that is set, and is left for a fresh start where not", async () => {
    await using fleet = await Fleet.make({ resume_on_parked: "wait", limit_pause: "1s" }, TWO);
    const reset = soon(600_000);
    const session = says({ type: "session", id: "s1" });
    const script = `${session}; [ -n "$2" ] || [ -n "$1" ] || { ${usedUp(reset)}; }; ${DONE}`;
    const id = await fleet.task("has a session", script, { coder: "worker" });
    await fleet.supervise();
    await fleet.attempted(id);
    expect(fleetRecord(fleet.issue(id))).toMatchObject({ session: "s1", session_account: "first" });
    const other = await fleet.task("has none", DONE, { coder: "worker" });
    await fleet.settled(other, "closed");
    expect(account(fleet, other, 1)).toBe("second");
    expect(fleet.outcomes(id)).toEqual(["rate-limited"]);
    const parked = String(readParked(fleet.home)["first"]?.until);
    expect(JSON.parse(await fleet.ok(["tasks", "--all", "--json"])).tasks).toMatchObject([
      { id, state: "waiting", reason: `its session is on first, which waits until ${parked}: it is rate-limit` },
      { id: other, state: "closed" },
    ]);
    comesSoon(fleet, "first");
    await fleet.settled(id, "closed");
    expect(account(fleet, id, 2)).toBe("first");
    expect(readAttempt(fleet.dir(id, 2))?.resumed).toBe(true);
  });

  it("one that was taken out of the settings between claim and start: no try, and the next attempt chooses again", async () => {
    await using fleet = await Fleet.make({}, TWO.replace(/^ {2}first:.*\n/m, ""));
    const id = await fleet.task("claimed before", DONE, { coder: "worker" });
    const home = homeId(fleet.store.gitDir);
    await fleet.store.transact(fleet.act("fleet"), (snapshot) =>
      claim(snapshot, fleet.act("worker/0000"), { id, attempt: { n: 1, uuid: "0000-1" }, home, account: "first" }),
    );
    await fleet.supervise();
    await fleet.settled(id, "closed");
    expect(fleet.outcomes(id)).toEqual(["not-started", "done"]);
    expect(fleet.outcome(id, 1)?.reason).toContain("there is no account first of worker any more");
    expect([fleet.tries(id), account(fleet, id, 2)]).toEqual([0, "second"]);
  });
});

describe("secrets", () => {
  it("of three accounts reach no child of another: not its attempt, its check, its git's hooks and filters", async () => {
    const names = ["red", "green", "blue"];
    await using fleet = await Fleet.make();
    const accounts = names.map((name, i) => {
      const key = join(fleet.root, `${name}.key`);
      writeFileSync(key, `sk-live-${name}\n`, { mode: 0o600 });
      return `  ${name}: { coder: worker, order: ${i + 1}, max: 1, env: { WHO: ${name} }, secrets: { WORK_KEY: { file: ${key} } } }\n`;
    });
    fleet.configure({}, `${WORKER}accounts:\n${accounts.join("")}`);
    const seen = join(fleet.root, "seen");
    const dump = (what: string): string => `env >>${seen}/${what}.$$`;
    mkdirSync(seen);
    const tells = [
      `${dump("attempt.$WHO")}; while [ $(ls ${seen} | grep -c attempt) -lt 3 ]; do sleep 0.05; done`,
      "mkdir $WHO && cd $WHO && git init -q && git config user.name x && git config user.email x",
      `echo '${dump("hook.$WHO")}' >.git/hooks/post-commit; chmod +x .git/hooks/post-commit`,
      `git config filter.f.clean '${dump("filter.$WHO")}; cat'; echo "* filter=f" >.gitattributes`,
      "echo x >a; git add -A; git commit -qm x; echo y >a",
      DONE,
    ].join("\n");
    const ids: string[] = [];
    for (const name of names) {
      const metadata = { checks: [`cd ${name} && git status >/dev/null; ${dump(`check.${name}`)}`] };
      ids.push(await fleet.task(name, tells, { coder: "worker", metadata }));
    }
    await fleet.supervise();
    for (const id of ids) await fleet.settled(id, "closed");
    const files = readdirSync(seen);
    for (const what of ["attempt", "hook", "filter"])
      for (const name of names) {
        const own = files.filter((file) => file.startsWith(`${what}.${name}.`));
        expect(own.length, `${what} of ${name}`).toBeGreaterThan(0);
        for (const file of own) {
          const text = readFileSync(join(seen, file), "utf8");
          for (const other of names)
            expect([file, other, text.includes(`sk-live-${other}`)]).toEqual([file, other, other === name]);
        }
      }
    // Of a check, and of the filter in its own git, which has no account's name.
    const checks = files.filter((file) => file.startsWith("check.") || file.startsWith("filter.."));
    expect(checks.length).toBeGreaterThanOrEqual(3);
    for (const file of checks)
      expect(readFileSync(join(seen, file), "utf8").match(/sk-live-\w+/g)?.length ?? 0, file).toBe(0);
  });
});

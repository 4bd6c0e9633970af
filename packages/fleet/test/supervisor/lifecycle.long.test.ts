/** The supervisor as a process: several that start at once, signals while it stops, a terminal, and a pause over a restart. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { shellWords } from "@fleet/kit/shell";

import { Fleet, FLEET, isAlive } from "../support/fleet.ts";
import { until } from "../support/until.ts";
import { WAIT, started, tasks } from "./waiting.ts";

/** `script` of util-linux gives a program a terminal. */
const HAS_TERMINALS = process.platform === "linux" && spawnSync("script", ["--version"]).status === 0;

describe.concurrent("one supervisor per home", () => {
  it("of starters at the same moment one wins", async () => {
    await using fleet = await Fleet.make();
    const answers = await Promise.all([1, 2, 3].map(async () => await fleet.run(["run", "start", "--json"])));
    const pids = new Set(answers.map(({ stdout }) => String(JSON.parse(stdout).pid)));
    expect(pids).toEqual(new Set([String(fleet.supervisor())]));
    await until("one supervisor left", () => fleet.processes().length === 1);
  });

  it("can't be started, restarted or stopped by an agent, in any environment", async () => {
    await using fleet = await Fleet.make();
    const tries = ["start", "restart", "stop", "foreground"].flatMap((action) =>
      ["", "env -u FLEET_ATTEMPT_ID -u FLEET_TASK_ID "].map((env) => `${env}fleet run ${action} >>said 2>&1`),
    );
    const id = await fleet.task("restarts the fleet", `${tries.join("; ")}; true`);
    const first = await fleet.start();
    await fleet.settled(id, "closed");
    const said = readFileSync(join(fleet.project, "said"), "utf8");
    expect(said.match(/is for the person who runs the fleet/g)).toHaveLength(tries.length);
    expect(fleet.supervisor()).toBe(first);
  });
});

it.concurrent("keeps stopping, once it was asked to, whatever signal comes", async () => {
  await using fleet = await Fleet.make({ shutdown_grace: "10m" });
  const [id = ""] = await tasks(fleet, 1);
  const pid = await fleet.start();
  await until("it runs", () => started(fleet, [id]).length === 1);
  fleet.askToStop();
  await until("it stops", () => fleet.journal().includes("asked for by ann"));
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.kill(pid, signal);
  fleet.write("go");
  await until("its end", () => !isAlive(pid));
  expect(fleet.outcomes(id)).toEqual(["done"]);
  expect(existsSync(join(fleet.home, ".git", "fleet", "stop.json"))).toBe(false);
});

describe.concurrent("stop", () => {
  it.skipIf(!HAS_TERMINALS)(
    "at Ctrl-C in the foreground waits for running attempts, at the second stops at once",
    async () => {
      await using fleet = await Fleet.make({ shutdown_grace: "10m" });
      // In the place of the shell: dash, which would wait for it, is itself ended by Ctrl-C, and `script` with it.
      const command = `exec ${shellWords([process.execPath, FLEET, "run", "foreground"])}`;
      const child = spawn("script", ["-qfec", command, "/dev/null"], {
        env: { ...fleet.env, SHELL: "/bin/sh" },
        cwd: fleet.project,
      });
      let said = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
      const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
      const [id = ""] = await tasks(fleet, 1);
      await until("it runs", () => started(fleet, [id]).length === 1);
      const pid = fleet.supervisor() ?? 0;
      child.stdin.write("\x03");
      await until("the first word", () => said.includes("Ctrl-C again stops them now"));
      expect(isAlive(pid)).toBe(true);
      child.stdin.write("\x03");
      expect({ code: await ended, said, journal: fleet.journal() }).toMatchObject({ code: 0 });
      expect(fleet.outcomes(id)).toEqual(["killed"]);
      expect(fleet.processes()).toEqual([]);
    },
  );
});

describe.concurrent("pause, resume, drain", () => {
  it(
    "pause claims nothing new, and survives a restart; resume claims again; drain waits",
    { timeout: 120_000 },
    async () => {
      await using fleet = await Fleet.make();
      const [first = ""] = await tasks(fleet, 1);
      await fleet.start();
      await until("it runs", () => started(fleet, [first]).length === 1);
      expect(await fleet.ok(["pause"])).toContain("1 still running");
      const second = await fleet.task("not yet", "true");
      await fleet.ok(["run", "restart"]);
      expect(await fleet.ok(["run", "status"])).toContain("paused");
      fleet.write("go");
      await fleet.settled(first, "closed");
      expect(fleet.issue(second).status).toBe("open");
      await fleet.ok(["resume"]);
      await fleet.settled(second, "closed");
      rmSync(join(fleet.project, "go"));
      const third = await fleet.task("waited for", WAIT);
      await until("it runs", () => started(fleet, [third]).length === 1);
      const draining = fleet.run(["drain"]);
      await until("draining", async () => (await fleet.run(["run", "status"])).stdout.includes("draining"));
      const fourth = await fleet.task("not any more", "true");
      fleet.write("go");
      expect(await draining).toMatchObject({ code: 0, stdout: expect.stringContaining("Drained") });
      expect(fleet.issue(third).status).toBe("closed");
      expect(fleet.issue(fourth).status).toBe("open");
    },
  );
});

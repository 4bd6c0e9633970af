/** Two accounts of the real claude, each with an API, a sign-in and settings of its own. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "vitest";
import * as z from "zod";

import { close, say, startApi, work } from "./api.ts";
import { makeLab, real } from "./lab.ts";

const rows = z.array(z.looseObject({ name: z.string(), state: z.string() }));

real(
  ["claude"],
  "claude's window is used up on one account: another takes over at once, and no key is written down",
  async () => {
    const lab = await makeLab({ coders: ["claude"], api: ["--reset-in", "600"] });
    await lab.api("claude").scenario("ratelimit_mid");
    mkdirSync(join(lab.root, "api2"));
    const second = await startApi("claude", join(lab.root, "api2"));
    try {
      await second.script([work, close, say("The task is done and closed.")]);
      const secrets = ["sk-ant-oat01-Work7Zq1xW", "sk-ant-oat01-Home9Kd2pV"];
      const account = (name: string, order: number, port: string, secret = ""): Record<string, unknown> => {
        mkdirSync(join(lab.root, `claude-${name}`));
        const file = join(lab.root, `${name}.key`);
        writeFileSync(file, `${secret}\n`, { mode: 0o600 });
        const env = {
          CLAUDE_CONFIG_DIR: join(lab.root, `claude-${name}`),
          ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}`,
        };
        return { coder: "claude", order, env, secrets: { CLAUDE_CODE_OAUTH_TOKEN: { file } } };
      };
      const accounts = {
        work: account("work", 1, lab.api("claude").port, secrets[0]),
        home: account("home", 2, second.port, secrets[1]),
      };
      await lab.fleet(["config", "set", `accounts=${JSON.stringify(accounts)}`]);
      const id = await lab.task({ coder: "claude", description: "Run: `echo hi > out.txt`" });
      await lab.start();

      expect((await lab.reaches(id, "closed")).tries).toBe(0);
      const [one, two] = await lab.attempts(id);
      expect([one?.outcome, two?.outcome]).toEqual(["rate-limited", "done"]);
      const ranOn = [one, two].map(
        (each) => JSON.parse(readFileSync(join(each?.dir ?? "", "attempt.json"), "utf8")).account,
      );
      expect(ranOn).toEqual(["work", "home"]);
      // A session of one account is not resumed on another.
      expect(two?.session).not.toBe(one?.session);
      expect(rows.parse(JSON.parse(await lab.fleet(["accounts", "--json"])).accounts)).toMatchObject([
        {
          name: "work",
          state: "parked",
          reason: expect.stringContaining("5-hour limit"),
          windows: { five_hour: { utilization: 1 } },
        },
        { name: "home", state: "free" },
      ]);
      const options = { encoding: "utf8", maxBuffer: 1e9 } as const;
      const objects = spawnSync(
        "git",
        ["-C", lab.fleetHome, "cat-file", "--batch-all-objects", "--batch"],
        options,
      ).stdout;
      for (const secret of secrets) {
        expect(spawnSync("grep", ["-rlF", "-e", secret, lab.fleetHome], options).stdout).toBe("");
        expect(objects).not.toContain(secret);
      }
      expect(objects).toContain(id);
    } finally {
      await second.stop();
    }
  },
);

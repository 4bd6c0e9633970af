/** `fleet service`: one file, nothing enabled, and children that live on when the service is restarted. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { serviceFor } from "../../src/app/service-file.ts";
import { Fleet, isAlive } from "../support/fleet.ts";
import { until } from "../support/until.ts";

const FACTS = {
  user: "/home/ann",
  config: "/home/ann/.config",
  home: '/home/ann/my 100% "fleet"',
  isDefaultHome: false,
  command: ["/opt/node", "/opt/$x/fleet.js"],
  path: "/usr/bin:/home/ann/bin",
};

it("systemd: the supervisor alone is ended, by a signal that hands over; absolute paths; words quoted as units want", () => {
  const made = serviceFor("linux", FACTS);
  expect(made?.path).toMatch(/^\/home\/ann\/\.config\/systemd\/user\/fleet-[0-9a-f]{8}\.service$/);
  const lines = made?.text.split("\n");
  for (const line of [
    "KillMode=process",
    "KillSignal=SIGUSR2",
    "Delegate=yes",
    "Environment=FLEET_CGROUP=delegated",
    "Restart=on-failure",
  ])
    expect(lines).toContain(line);
  expect(lines).toContain('ExecStart="/opt/node" "/opt/$$x/fleet.js" "run" "foreground"');
  expect(lines).toContain(String.raw`Environment="FLEET_HOME=/home/ann/my 100%% \"fleet\""`);
  expect(made?.enable.join("\n")).toContain("systemctl --user enable --now fleet-");
});

it("launchd: running attempts do not end with the supervisor", () => {
  const made = serviceFor("darwin", { ...FACTS, isDefaultHome: true });
  expect(made?.path).toBe("/home/ann/Library/LaunchAgents/dev.fleet.supervisor.plist");
  expect(made?.text).toMatch(/<key>AbandonProcessGroup<\/key><true\/>/);
  expect(made?.text).toContain("<string>/opt/$x/fleet.js</string>");
  expect(serviceFor("win32", FACTS)).toBeUndefined();
});

it("--print writes nothing; install writes that one file and says what enables it; status; remove", async () => {
  await using fleet = await Fleet.make();
  const user = String(fleet.env["HOME"]);
  const env = { XDG_CONFIG_HOME: undefined };
  expect(await fleet.ok(["service", "install", "--print"], { env })).toContain("KillMode=process");
  expect(readdirSync(user)).toEqual([".gitconfig"]);
  expect((await fleet.run(["service", "status"], { env })).code).toBe(3);
  const said = await fleet.ok(["service", "install"], { env });
  expect(said).toMatch(/is written\. Nothing is started yet; to enable it:\n {2}systemctl --user daemon-reload/);
  const dir = join(user, ".config", "systemd", "user");
  const [name = ""] = readdirSync(dir);
  expect(readdirSync(dir)).toHaveLength(1);
  expect(readFileSync(join(dir, name), "utf8")).toContain(`FLEET_HOME=${fleet.home}`);
  expect(await fleet.ok(["service", "status"], { env })).toContain(": installed");
  expect(fleet.supervisor()).toBeUndefined();
  const verify = (): string =>
    execFileSync("systemd-analyze", ["--user", "verify", join(dir, name)], { encoding: "utf8", stdio: "pipe" });
  if (existsSync("/usr/bin/systemd-analyze") && existsSync("/run/systemd/system")) expect(verify()).toBe("");
  await fleet.ok(["service", "remove"], { env });
  expect(readdirSync(dir)).toEqual([]);
});

it("the service's signal leaves the children alive, and the next supervisor adopts them (LESSONS 8)", async () => {
  await using fleet = await Fleet.make();
  const id = await fleet.task("runs on", "echo $$ >pid; while [ ! -e go ]; do sleep 0.05; done");
  const pid = await fleet.start();
  const child = Number(await fleet.file("pid"));
  process.kill(pid, "SIGUSR2");
  await until("the supervisor's end", () => !isAlive(pid));
  expect(isAlive(child)).toBe(true);
  await fleet.supervise();
  fleet.write("go");
  await fleet.settled(id, "closed");
  expect(fleet.outcomes(id)).toEqual(["done"]);
});

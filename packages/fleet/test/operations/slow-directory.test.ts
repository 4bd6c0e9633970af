/** A directory that takes its time, or never answers (a network disk that is gone), is the trouble of its own task alone. */
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { realDirectory } from "@fleet/kit/process/real-directory";
import { expect, it } from "vitest";

import { Fleet, FLEET } from "../support/fleet.ts";
import { until } from "../support/until.ts";

it("a git that hangs in one directory holds up no task elsewhere, and no stop; once it answers, its task continues", async () => {
  await using fleet = await Fleet.make();
  const at = (name: string): string => join(fleet.root, name);
  const [tools, slow, late] = [at("tools"), at("slow"), at("late")];
  for (const dir of [tools, slow, late]) mkdirSync(dir);
  const hangs = `#!/bin/sh
case "$*" in
  *"${slow}"*) sleep 60 ;;
  *"${late}"*) while [ ! -e "${at("answers")}" ]; do sleep 0.05; done ;;
esac
exec /usr/bin/git "$@"
`;
  writeFileSync(join(tools, "git"), hangs);
  chmodSync(join(tools, "git"), 0o755);
  const hung: string[] = [];
  for (let n = 0; n < 3; n++) hung.push(await fleet.task(`hangs ${n}`, "true", { cwd: slow, priority: 0 }));
  const answered = await fleet.task("is answered late", "true", { cwd: late, priority: 0 });
  const running = await fleet.task("runs meanwhile", "while [ ! -e go ]; do sleep 0.05; done");
  const env = { ...fleet.env, PATH: `${tools}:${process.env["PATH"] ?? ""}` };
  const supervisor = spawn(process.execPath, [FLEET, "run", "foreground"], { env, stdio: "ignore" });
  await until("the supervisor", () => fleet.supervisor() === supervisor.pid);
  await until("what hangs is claimed", () => [...hung, answered].every((id) => fleet.journal().includes(id)));
  const later = await fleet.task("comes later", "true");
  fleet.write("go");
  for (const id of [running, later]) await fleet.settled(id, "closed");
  expect(fleet.outcomes(answered)).toEqual([undefined]);
  writeFileSync(at("answers"), "");
  await fleet.settled(answered, "closed");
  expect(fleet.outcomes(answered)).toEqual(["done"]);
  const begun = performance.now();
  expect(await fleet.ok(["run", "stop"])).toContain("stopped");
  expect(performance.now() - begun).toBeLessThan(25_000);
  expect(hung.map((id) => fleet.tries(id))).toEqual([0, 0, 0]);
});

it("finds a directory behind links, and distinguishes it from other files", async () => {
  await using fleet = await Fleet.make();
  const at = (name: string): string => join(fleet.project, name);
  mkdirSync(at("real dir"));
  symlinkSync(at("real dir"), at("link"));
  symlinkSync(at("nowhere"), at("dangling"));
  writeFileSync(at("file"), "");
  const found = await Promise.all(
    ["link", "dangling", "file", "missing"].map(async (name) => await realDirectory(at(name))),
  );
  expect(found).toEqual([
    { kind: "directory", path: at("real dir"), tree: at("real dir") },
    { kind: "gone" },
    { kind: "file" },
    { kind: "gone" },
  ]);
});

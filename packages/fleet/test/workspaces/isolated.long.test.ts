/** Clones that can't be made or set up, and work for no branch, with a supervisor. */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

import { attemptsOf } from "../../src/attempts/records/paths.ts";
import { Fleet } from "../support/fleet.ts";
import { until } from "../support/until.ts";
import { repositoryIn } from "./small-repository.ts";

test("a task whose clone can't be made waits with the reason, and starts once that is fixed", async () => {
  await using fleet = await Fleet.make({ isolate: "clone" });
  const asked = await fleet.run(["bd", "create", "work", "--isolate", "clone"]);
  expect(asked.stderr).toContain(`--isolate clone: ${fleet.project} is in no git repository`);
  expect((await fleet.run(["bd", "create", "work", "--isolate", "box"])).stderr).toContain("choose from none, clone");
  expect((await fleet.run(["bd", "create", "first"])).stderr).toContain("⚠ it waits: ");
  const id = await fleet.task("work", "true");
  const why = `${fleet.project} is in no git repository, so no clone can be made of it`;
  await fleet.supervise();
  await until("the reason", async () => (await fleet.ok(["explain", id])).includes(why));
  expect(await fleet.ok(["explain", id])).toContain(`fleet bd update ${id} --isolate none`);
  expect(attemptsOf(fleet.home, id)).toEqual([]);
  repositoryIn(fleet);
  await fleet.settled(id, "closed");
});

test("a setup that fails holds its project, costs no try, and is lifted by the project's name", async () => {
  await using fleet = await Fleet.make({ isolate: "clone" }, "", { breakerPause: 600_000 });
  repositoryIn(fleet);
  const setup = `echo no network; test -e ${fleet.project}/ok`;
  fleet.configure(
    { isolate: "clone" },
    `projects: { ${JSON.stringify(fleet.project)}: { setup: ${JSON.stringify(setup)} } }\n`,
  );
  const id = await fleet.task("work", "true");
  await fleet.supervise();
  const outcome = await fleet.attempted(id);
  expect(outcome).toMatchObject({ kind: "not-started", counts: false });
  const other = await fleet.task("other", "true");
  await until("the reason", async () =>
    (await fleet.ok(["explain", other])).includes(`the setup of ${fleet.project} failed; next try`),
  );
  expect(await fleet.ok(["explain", other])).toContain("exit 1: no network (");
  expect(fleet.tries(id)).toBe(0);
  expect(attemptsOf(fleet.home, other)).toEqual([]);
  fleet.write("ok");
  await fleet.ok(["resume", fleet.project]);
  await fleet.settled(id, "closed");
  await fleet.settled(other, "closed");
});

test("work for no branch waits where it is to land, begins where it is not, and does not close before it has landed", async () => {
  await using fleet = await Fleet.make({ isolate: "clone", land: "manual" });
  const { project, env } = fleet;
  const git = (...args: string[]) => execFileSync("git", args, { cwd: project, env, encoding: "utf8" }).trim();
  repositoryIn(fleet);
  git("checkout", "-q", "--detach");
  const id = await fleet.task("work", `while [ ! -e ${project}/go ]; do sleep 0.05; done; echo a > a`);
  await fleet.supervise();
  await until("the reason", async () =>
    (await fleet.ok(["explain", id])).includes("the branch that its work is for is not known"),
  );
  expect(await fleet.ok(["explain", id])).toContain(`run:       fleet bd update ${id} --target BRANCH\n`);
  expect(attemptsOf(fleet.home, id)).toEqual([]);
  fleet.configure({ isolate: "clone", land: "off" });
  await until("it works", () => attemptsOf(fleet.home, id).length === 1);
  fleet.configure({ isolate: "clone", land: "manual" });
  await until("the settings hold", () => fleet.journal().split("config reloaded").length > 2);
  fleet.write("go");
  await fleet.attempted(id);
  expect((await fleet.run(["land", id])).stderr).toContain(`fleet bd update ${id} --target main`);
  expect(fleet.store.snapshot().issue(id)?.status).toBe("in_progress");
  await fleet.ok(["bd", "update", id, "--target", "main"]);
  await fleet.ok(["land", id]);
  expect(git("show", "main:a")).toBe("a");
  expect(fleet.store.snapshot().issue(id)?.status).toBe("closed");
});

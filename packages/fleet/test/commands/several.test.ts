/** Commands on several tasks at once: all that run, all that failed. Off a terminal nobody can be asked. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { FILES } from "../../src/attempts/records/files.ts";
import { Fleet } from "../support/fleet.ts";
import { until } from "../support/until.ts";

it("retry --failed and kill --all act on all their tasks after confirmation", async () => {
  await using fleet = await Fleet.make({ max_attempts: "1" });
  const refusal = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await fleet.run(args);
    expect([code, stdout]).toEqual([2, ""]);
    return stderr;
  };
  expect(await refusal("kill")).toBe("Error: missing ID\n  hint: fleet kill ID, or: fleet kill --all\n");
  expect(await refusal("kill", "--all", "tt-a")).toContain("either IDs or --all");
  expect(await fleet.ok(["kill", "--all"])).toBe("No tasks running.\n");
  expect(await fleet.ok(["retry", "--failed"])).toBe("No tasks have failed.\n");

  const failed = await fleet.task("fails", "exit 3");
  await fleet.ok(["update", await fleet.task("is blocked by hand", "exit 0"), "-s", "blocked"]);
  const running = await fleet.task("runs", "exec sleep 600");
  await fleet.supervise();
  await fleet.settled(failed, "blocked");
  await until("it runs", () => existsSync(join(fleet.dir(running), FILES.log)));

  expect(await refusal("retry", "--failed")).toBe(
    `Error: Retry 1 failed task (${failed})? There is no terminal to ask on\n  run: fleet retry --failed --yes\n`,
  );
  expect(await refusal("kill", "--all")).toContain(`Kill 1 running task (${running})?`);
  expect(fleet.issue(running).status).toBe("in_progress");
  expect(await fleet.ok(["kill", "--all", "--yes"])).toMatch(
    new RegExp(`^${running}: killed by .*No processes left\\.\n$`),
  );
  expect(await fleet.ok(["retry", "--failed", "--yes"])).toBe(`${failed} is back in the queue: fails\n`);
});

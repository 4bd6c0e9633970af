/** `fleet retry`: puts a task back into the queue with its tries forgiven; the record of earlier attempts stays. */
import { fleetRecord, setting } from "@fleet/store/claims";
import type { Issue } from "@fleet/store/issue";
import { find } from "@fleet/store/ops/find";
import { retry as retryTask } from "@fleet/store/ops/settle";

import { identity } from "../../bd/actor.ts";
import { CommandError, EXIT } from "../../app/errors.ts";
import { uuid7 } from "@fleet/kit/uuid";
import { readConfig } from "../../settings/file.ts";
import { type Config, DEFAULTS } from "../../settings/schema.ts";
import { FLAG_HELP, flagOf, type GivenLimits, isGiven, mergedLimits, readFlags } from "../../attempts/limits/flags.ts";
import { asWritten, LIMITS } from "../../settings/limits/limits.ts";
import { unmeasured } from "../../settings/limits/measurable.ts";
import { FLAG, isOver, measures, measureText } from "../../attempts/limits/measure.ts";
import { limitsOf, spentOn } from "../../attempts/limits/of-task.ts";
import { coderNamed } from "../../engine/shell/loop/context.ts";
import { coderOf } from "../../engine/core/tasks.ts";
import { writeStop } from "../../attempts/records/stop.ts";
import { toRelease } from "./release.ts";
import { always, type Command, flag, openHome, text } from "./command.ts";
import { each } from "./each.ts";

/** Open, unassigned, no tries and no pause: there is nothing to put back. */
function isUntried(issue: Issue): boolean {
  const { tries, not_before, reason } = fleetRecord(issue);
  return (
    issue.status === "open" &&
    (issue.assignee ?? "") === "" &&
    tries === undefined &&
    not_before === undefined &&
    reason === undefined
  );
}

/** Refuses a limit that the coder can't be held to, and a retry that the first look at what was spent would end. */
function checkRaised(home: string, config: Config, issue: Issue, given: GivenLimits): void {
  const coder = coderOf(issue, config);
  const raised = { ...issue, metadata: { ...issue.metadata, limits: mergedLimits(issue.metadata?.["limits"], given) } };
  const read = limitsOf(raised, config, coder);
  if (!read.ok) throw new CommandError(`metadata.limits: ${read.problems.join("; ")}`, `fleet bd show ${issue.id}`);
  const known = coderNamed(config, coder);
  const [problem] = known === undefined ? [] : unmeasured(read.limits, known);
  if (problem !== undefined)
    throw new CommandError(
      `${FLAG[problem.limit]}: ${problem.why}`,
      `fleet retry ${issue.id} ${FLAG[problem.limit]} none`,
    );
  const over = measures(read.limits, { ...spentOn(home, issue.id) }).find(isOver);
  if (over !== undefined)
    throw new CommandError(
      `${issue.id} has used ${measureText(over)}; say how much it may be`,
      `fleet retry ${issue.id} ${FLAG[over.limit]} ${asWritten(over.limit, roundUp(over.used * 2))}`,
    );
}

/** To two digits, for a person to read. */
function roundUp(amount: number): number {
  const unit = 10 ** (Math.floor(Math.log10(amount)) - 1);
  return Number((Math.ceil(amount / unit) * unit).toPrecision(2));
}

export const retry: Command = {
  forPerson: always,
  options: {
    ...Object.fromEntries(LIMITS.map((name) => [flagOf(name), { type: "string", describe: FLAG_HELP[name] } as const])),
    fresh: { type: "boolean", describe: "in a new session of its coder, not in that of the last attempt" },
    force: {
      type: "boolean",
      describe: "also where an attempt of another home or place holds it: that is gone for good",
    },
  },
  examples: [
    ["fleet retry fleet-3f1", "start over, keeping the record"],
    ["fleet retry fleet-3f1 --fresh", "in a new session, where that of its coder always ends the same way"],
    ["fleet retry fleet-3f1 --force", "the home whose attempt holds it is gone for good; see docs/sync.md"],
    ["fleet retry fleet-3f1 --timeout 4h --max-cost 10", "with more time and money than before"],
  ],
  run: async (io, args) => {
    const { home, store } = openHome(io);
    const read = readFlags((name) => text(args, name));
    if (!read.ok) throw new CommandError(`${read.flag}: ${read.problem}`, "fleet retry --help", EXIT.usage);
    const { given } = read;
    const settings = readConfig(home);
    const config = settings.ok ? settings.config : DEFAULTS;
    const { actor, email } = await identity(io, undefined, true);
    return await each(io, args, async (argument) => {
      const issue = find(store.snapshot(), argument);
      const release = toRelease(store, issue, flag(args, "force"));
      checkRaised(home, config, issue, given);
      // The shell in which somebody wants it tried again has what it needs.
      const path = io.env["PATH"];
      const isMoved = path !== undefined && setting(issue, "path") !== path;
      const fresh = flag(args, "fresh") && fleetRecord(issue).session !== undefined;
      if (isUntried(issue) && !isGiven(given) && !isMoved && !fresh) {
        if (!flag(args, "json"))
          io.out(`${issue.id} is in the queue already, with nothing held against it: ${issue.title}\n`);
        return { id: issue.id, status: "open" };
      }
      const act = { actor, now: io.now(), uuid: uuid7, ...(email === undefined ? {} : { email }) };
      const { assignee = "" } = await store.transact(act, (snapshot) => {
        const before = snapshot.issue(issue.id)?.metadata?.["limits"];
        const limits = isGiven(given) ? { limits: mergedLimits(before, given) ?? null } : {};
        return retryTask(snapshot, act, {
          id: issue.id,
          ...(isMoved || isGiven(given) ? { metadata: { ...(isMoved ? { path } : {}), ...limits } } : {}),
          ...(release === undefined ? {} : { release: release.uuid }),
          ...(fresh ? { fresh } : {}),
        });
      });
      if (release !== undefined) {
        // Whoever looks after it there, if anybody does, stops it; here it holds up nothing any more.
        if (release.dir !== undefined)
          writeStop(release.dir, { kind: "by-hand", by: actor, verb: "retry --force" }, io.now());
        io.err(`${release.text}\n`);
      }
      const held = `stays assigned to ${assignee}, so fleet does not start it; to let it: fleet bd update ${issue.id} --assignee ""`;
      if (assignee !== "") io.err(`${issue.id} ${held}\n`);
      else if (!flag(args, "json")) io.out(`${issue.id} is back in the queue: ${issue.title}\n`);
      return { id: issue.id, status: "open" };
    });
  },
};

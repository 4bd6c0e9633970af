/** The prompt of an attempt: the template, filled in with the task and with how its earlier attempts ended. */
import { homedir } from "node:os";
import { join, resolve } from "node:path";

import { ifReadable } from "@fleet/kit/errors";
import { shellWord } from "@fleet/kit/shell";
import type { Coder } from "@fleet/coders/coder";
import type { Issue } from "@fleet/store/issue";

import { LIFECYCLE } from "../../core/lifecycle.ts";
import { artifactsDir, type AttemptDir, attemptsOf, KNOWLEDGE, PLAN } from "../../../attempts/records/paths.ts";
import { readOutcome } from "../../../attempts/records/record.ts";
import { readReceipt } from "../../../attempts/records/receipt.ts";
import type { Asked } from "../../../attempts/evidence/asked.ts";
import { readText } from "@fleet/kit/read";
import { templateTrouble } from "../../../attempts/prompt/names.ts";
import { type PromptFacts, renderPrompt } from "../../../attempts/prompt/render.ts";
import { TEMPLATE } from "../../../attempts/prompt/template.ts";
import { backOf, readLanding } from "../../../landing/record.ts";
import { binDir } from "../../../program/shim.ts";
import { effective } from "../../../settings/effective/effective.ts";
import type { WorkspaceRecord } from "../../../workspaces/record.ts";
import { attemptActor, type Context } from "../loop/context.ts";
import type { Needed } from "../land/needed.ts";
import type { Handle } from "../loop/handle.ts";
import { CannotStart } from "./not-started.ts";

interface Told {
  readonly coder: Coder;
  readonly cwd: string;
  readonly workspace: WorkspaceRecord | undefined;
  readonly asked: Asked;
  /** The tasks on whose work its own was begun. */
  readonly needed?: readonly Needed[];
}

interface Whom {
  readonly actor: string;
  readonly attempt: number;
  /** The earlier attempts of the task. */
  readonly earlier: readonly AttemptDir[];
}

/** The settings, and where the home is. */
type Place = Pick<Context, "home" | "config">;

export const promptFor = (context: Context, { coderName, ref, task, dir }: Handle, issue: Issue, told: Told): string =>
  promptText(context, issue, told, {
    actor: attemptActor(coderName, ref.uuid),
    attempt: ref.n,
    earlier: attemptsOf(context.home, task).filter((other) => other.dir !== dir),
  });

/** Throws CannotStart where the template is gone, or names what there is not. */
export function promptText(
  context: Place,
  issue: Issue,
  { coder, cwd, workspace, asked, needed }: Told,
  { actor, attempt, earlier }: Whom,
): string {
  if (coder.capabilities.prompt === "script") return `${issue.description ?? issue.title}\n`;
  const artifacts = artifactsDir(context.home, issue.id);
  const back = backOf(readLanding(context.home, issue.id));
  return renderPrompt(templateFor(context, issue), {
    issue,
    actor,
    attempt,
    cwd,
    ...(workspace === undefined ? {} : { workspace }),
    plan: join(artifacts, PLAN),
    knowledge: join(artifacts, KNOWLEDGE),
    fleet: shellWord(join(binDir(context.home), "fleet")),
    asked,
    ...(back === undefined ? {} : { notLanded: back }),
    ...(needed === undefined ? {} : { needed }),
    missing: lastMissing(earlier),
    previous: earlier.flatMap(({ n, dir }) => {
      const outcome = ifReadable(() => readOutcome(dir));
      return outcome === undefined
        ? []
        : [{ n, outcome: outcome.kind, reason: outcome.reason, advice: LIFECYCLE[outcome.kind].advice }];
    }),
  });
}

/** The project's own, which has to be there, else the home's, else the one that comes with fleet. */
function templateFor(context: Place, issue: Issue): string {
  const { value, projects } = effective(context.config(), issue);
  const named = value("prompt");
  if (named === null) {
    const own = join(context.home, "prompt.md");
    const text = readText(own, { links: "follow" });
    return text === undefined ? TEMPLATE : checked(text, own);
  }
  const dir = projects.find(({ settings }) => settings.prompt !== undefined)?.dir ?? context.home;
  const path = resolve(dir, named.replace(/^~(?=\/)/, homedir()));
  const text = readText(path, { links: "follow" });
  if (text === undefined) throw new CannotStart("refused", `the prompt of its project is gone: ${path}`);
  return checked(text, path);
}

function checked(template: string, path: string): string {
  const trouble = templateTrouble(template);
  if (trouble !== undefined) throw new CannotStart("refused", `${path}, ${trouble}`);
  return template;
}

/** Why the last attempt was not believed, and what its checks printed. */
function lastMissing(earlier: readonly AttemptDir[]): NonNullable<PromptFacts["missing"]> {
  const last = earlier.at(-1);
  const receipt = last === undefined ? undefined : ifReadable(() => readReceipt(last.dir));
  const failed = (receipt?.checks ?? []).filter(({ verdict }) => verdict !== "passed");
  return {
    lines: receipt?.missing ?? [],
    outputs: failed.map(({ command, tail }) => ({ command, tail })),
    outside: receipt?.outside ?? [],
  };
}

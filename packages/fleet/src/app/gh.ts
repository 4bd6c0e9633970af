/** GitHub's own command, `gh`, in a person's repository: what is asked of it, and its answers decoded. It is never required. */
import * as z from "zod/mini";

import { findProgram } from "@fleet/kit/process/find";
import { runProgram } from "@fleet/kit/process/run";

import type { PullSeen } from "../engine/core/pull-request.ts";
import { CommandError } from "./errors.ts";
import { jsonPages } from "./json-pages.ts";
import type { Io } from "./io.ts";

export interface Gh {
  readonly open: (asked: PullAsked) => Promise<{ readonly number: number; readonly url: string }>;
  readonly edit: (number: number, body: string) => Promise<void>;
  readonly see: (number: number) => Promise<PullSeen>;
}

interface PullAsked {
  readonly title: string;
  readonly body: string;
  readonly head: string;
  /** What was pushed as that branch. */
  readonly commit: string;
  readonly base: string;
  readonly draft: boolean;
}

const PATIENCE = 60_000;

/** `dir`: the top of the repository, whose remotes say where it is. */
export function ghIn(dir: string, env: Io["env"]): Gh {
  if (findProgram("gh", env["PATH"] ?? "", dir) === undefined)
    throw new CommandError("gh, with which pull requests are made, is not on the PATH", "https://cli.github.com");
  const run = async (args: readonly string[], input = ""): Promise<string> => {
    const quiet = { GH_PROMPT_DISABLED: "1", NO_COLOR: "1", GH_NO_UPDATE_NOTIFIER: "1" };
    const ran = await runProgram({ file: "gh", args, cwd: dir, env: { ...env, ...quiet }, input, timeout: PATIENCE });
    if (ran.kind === "ended" && ran.code === 0) return ran.stdout;
    const why = ran.kind === "ended" ? ran.stderr.trim() || `exit ${ran.code ?? "by a signal"}` : ran.kind;
    throw new CommandError(`gh ${args.slice(0, 2).join(" ")} failed: ${why}`, "gh auth status");
  };
  const decoded = <T>(schema: z.ZodMiniType<T>, text: string, what: string): T => {
    const read = z.safeParse(schema, jsonPages(text));
    if (read.success) return read.data;
    throw new CommandError(
      `the answer of gh ${what} is not understood: ${z.prettifyError(read.error)}`,
      "gh --version",
    );
  };
  const view = async (which: string): Promise<z.output<typeof pull>> =>
    decoded(pull, await run(["pr", "view", which, "--json", FIELDS]), "pr view");
  return {
    open: async ({ title, body, head, commit, base, draft }) => {
      const how = ["--title", title, "--body-file", "-", "--head", head, "--base", base];
      try {
        await run(["pr", "create", ...how, ...(draft ? ["--draft"] : [])], body);
      } catch (error) {
        // One that was opened before somebody was killed is there already.
        const there = await view(head).catch(() => undefined);
        const isThere = there?.state === "OPEN" || (there?.state === "MERGED" && there.headRefOid === commit);
        if (!isThere) throw error;
      }
      const { number, url } = await view(head);
      return { number, url };
    },
    edit: async (number, body) => {
      try {
        await run(["pr", "edit", String(number), "--body-file", "-"], body);
      } catch (error) {
        // Many versions fail at it where a host has no classic projects any more. Where the other way fails too, that was not it.
        const other = ["api", "--method", "PATCH", `repos/{owner}/{repo}/pulls/${number}`, "-F", "body=@-"];
        await run(other, body).catch(() => {
          throw error;
        });
      }
    },
    see: async (number) => {
      const said = await view(String(number));
      const lines = await run(["api", "--paginate", `repos/{owner}/{repo}/pulls/${number}/comments`]);
      return seenOf(said, decoded(onLines, lines, "api"));
    },
  };
}

const UNNAMED = "somebody";
const FIELDS = "number,url,state,mergeCommit,headRefOid,headRefName,comments,reviews,statusCheckRollup";

const words = z.nullish(z.string());
const author = z.nullish(z.object({ login: z.string() }));
const pull = z.object({
  number: z.number(),
  url: z.string(),
  state: z.enum(["OPEN", "MERGED", "CLOSED"]),
  mergeCommit: z.nullish(z.object({ oid: z.string() })),
  headRefOid: z.string(),
  headRefName: z.optional(z.string()),
  comments: z.array(z.object({ id: z.string(), author, body: words, isMinimized: z.optional(z.boolean()) })),
  reviews: z.array(z.object({ id: z.string(), author, body: words, state: z.string() })),
  /** A run of a workflow, or a status of another service. */
  statusCheckRollup: z.nullish(
    z.array(
      z.object({
        name: z.optional(z.string()),
        status: z.optional(z.string()),
        conclusion: z.nullish(z.string()),
        detailsUrl: z.optional(z.string()),
        context: z.optional(z.string()),
        state: z.optional(z.string()),
        targetUrl: z.nullish(z.string()),
      }),
    ),
  ),
});
const onLines = z.array(
  z.object({
    id: z.number(),
    user: z.nullish(z.object({ login: z.string() })),
    body: words,
    path: z.string(),
    line: z.nullish(z.number()),
    original_line: z.nullish(z.number()),
  }),
);

/** The words of an approval are thanks; a review is nobody's word before it is submitted, and after it is dismissed. */
const ASKS_NOTHING: ReadonlySet<string> = new Set(["APPROVED", "DISMISSED", "PENDING"]);

const onWhole = (one: z.output<typeof pull>["comments"][number] | z.output<typeof pull>["reviews"][number]) => ({
  id: one.id,
  by: one.author?.login ?? UNNAMED,
  text: one.body ?? "",
  on: undefined,
});

const STATES = { OPEN: "open", MERGED: "merged", CLOSED: "closed" } as const;

function seenOf(said: z.output<typeof pull>, lines: z.output<typeof onLines>): PullSeen {
  return {
    state: STATES[said.state],
    merged: said.mergeCommit?.oid,
    head: said.headRefOid,
    branch: said.headRefName,
    comments: [
      ...said.reviews.filter(({ state }) => !ASKS_NOTHING.has(state)).map(onWhole),
      ...said.comments.filter(({ isMinimized }) => isMinimized !== true).map(onWhole),
      ...lines.map(({ id, user, body, path, line, original_line: was }) => {
        const at = line ?? was;
        return {
          id: String(id),
          by: user?.login ?? UNNAMED,
          text: body ?? "",
          on: at === null || at === undefined ? path : `${path}:${at}`,
        };
      }),
    ],
    checks: (said.statusCheckRollup ?? []).map((one) => ({
      name: one.name ?? one.context ?? "",
      verdict: verdictOf(one.conclusion ?? one.state ?? "", one.status),
      url: one.detailsUrl ?? one.targetUrl ?? "",
    })),
  };
}

const FAILED: ReadonlySet<string> = new Set([
  "FAILURE",
  "TIMED_OUT",
  "ACTION_REQUIRED",
  "STARTUP_FAILURE",
  "ERROR",
  "CANCELLED",
]);
const PASSED: ReadonlySet<string> = new Set(["SUCCESS", "NEUTRAL", "SKIPPED"]);

function verdictOf(conclusion: string, status: string | undefined): "passed" | "failed" | "pending" {
  if (status !== undefined && status !== "COMPLETED") return "pending";
  if (FAILED.has(conclusion)) return "failed";
  return PASSED.has(conclusion) ? "passed" : "pending";
}

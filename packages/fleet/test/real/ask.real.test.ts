/** Real coders ask a person by fleet's MCP server, which they are handed on their command line. */
import { join } from "node:path";

import { expect } from "vitest";

import { close, raw, say, type Step, work } from "./api.ts";
import { makeLab, real, textOf } from "./lab.ts";

const QUESTION = { question: "Which port?", options: ["8080", "9090"], timeout: "2m" };

/** Calls the tool as each coder's model names it. */
const asks: Readonly<Record<"claude" | "codex", Step>> = {
  claude: raw({ text: "I ask.", tool: { name: "mcp__fleet__ask_human", input: QUESTION } }),
  codex: raw({ text: "I ask.", call: { name: "ask_human", namespace: "mcp__queue", arguments: QUESTION } }),
};

const shows: Readonly<Record<"claude" | "codex", Step>> = {
  claude: raw({ text: "I look.", tool: { name: "mcp__fleet__show", input: {} } }),
  codex: raw({ text: "I look.", call: { name: "show", namespace: "mcp__queue", arguments: {} } }),
};

for (const coder of ["claude", "codex"] as const) {
  real([coder], `${coder} asks a person and goes on with the answer`, async () => {
    const lab = await makeLab({ coders: [coder], api: ["--full", "1"] });
    await lab.api(coder).script([asks[coder], shows[coder], work, close, say("Done.")]);
    const id = await lab.task({ coder, title: "Needs a port", description: "Run: `echo hi > out.txt`" });
    await lab.start();
    const [asked] = await lab.until("the question is there", async () => {
      const rows: { id: string; state: string; question: string; options: string[]; coder: string }[] = JSON.parse(
        await lab.fleet(["questions", "--json"]),
      ).questions;
      return rows.length > 0 ? rows : undefined;
    });
    expect(asked).toMatchObject({ id, state: "waiting", question: "Which port?", options: ["8080", "9090"], coder });
    expect(await lab.row(id)).toMatchObject({ state: "running", reason: "asks: Which port?" });

    expect(await lab.fleet(["answer", id, "port 8080, please"])).toContain("the agent was waiting, and continues");
    await lab.reaches(id, "closed");
    expect(await lab.outcomes(id)).toEqual(["done"]);
    // What the model was told: the answer, and its own task as the queue has it.
    const requests = textOf(join(lab.root, "api", `${coder}.log`));
    expect(requests).toContain("port 8080, please");
    expect(requests).toContain("Question 1: Which port?");
    const log = await lab.fleet(["task", id, "log"]);
    expect(log).toMatch(/(fleet|queue)[._]+ask_human: /);
    expect(log).toMatch(/(fleet|queue)[._]+show/);
    expect(await lab.left(id)).toEqual([]);
  });

  real([coder], `${coder} asks, stops, and its session goes on with the answer`, async () => {
    const lab = await makeLab({ coders: [coder] });
    const { question } = QUESTION;
    const blocks: Step =
      coder === "claude"
        ? raw({ tool: { name: "mcp__fleet__ask_human", input: { question, wait: false } } })
        : raw({ call: { name: "ask_human", namespace: "mcp__queue", arguments: { question, wait: false } } });
    await lab.api(coder).script([blocks, say("I stop.")]);
    const id = await lab.task({ coder, description: "Run: `echo hi > out.txt`" });
    await lab.start();
    await lab.reaches(id, "needs-you");
    expect(await lab.outcomes(id)).toEqual(["question"]);
    await lab.api(coder).script([work, close, say("Done.")]);
    await lab.fleet(["answer", id, "8080"]);
    await lab.reaches(id, "closed");
    const [first, second] = await lab.attempts(id);
    expect(second).toMatchObject({ outcome: "done", session: first?.session });
    expect(textOf(join(second?.dir ?? "", "prompt.md"))).toContain("Answer by Test User: 8080");
  });
}

real(["claude"], "`mcp: false` hands nothing on", async () => {
  const lab = await makeLab({ coders: ["claude"], settings: { mcp: false } });
  await lab.api("claude").script([work, close, say("Done.")]);
  const id = await lab.task({ coder: "claude", description: "Run: `echo hi > out.txt`" });
  await lab.start();
  await lab.reaches(id, "closed");
  const [attempt] = await lab.attempts(id);
  expect(textOf(join(attempt?.dir ?? "", "attempt.json"))).not.toContain("mcp");
  expect(textOf(join(attempt?.dir ?? "", "log.jsonl"))).not.toMatch(/mcp__(?:fleet|queue)/);
});

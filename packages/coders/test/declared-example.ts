/** A coder as a person would write it in the configuration: one that prints JSON lines much like opencode's. */
import { type DeclaredCoder, readDeclared } from "../src/declared/index.ts";

export const WRITTEN = {
  argv: ["mycoder", "exec", ["--model", "{model}"], "--id={session}", "-p", "{prompt}"],
  prompt: "argument",
  env: { MYCODER_QUIET: "1" },
  install: "npm install -g mycoder",
  version_args: ["version"],
  resume: ["mycoder", "resume", "{session}", ["--model", "{model}"], "-p", "{prompt}"],
  events: [
    { when: { type: "hello" }, event: "session-started", fields: { session: "id", model: "model" } },
    { when: { type: "item", "item.kind": "said" }, event: "text", fields: { text: "item.parts.0.text" } },
    { when: { type: "begin" }, event: "tool-started", fields: { id: "call", tool: "name", summary: "args.command" } },
    {
      when: { type: "end" },
      event: "tool-finished",
      fields: { id: "call", tool: "name", summary: "args.command", ok: "exit" },
    },
    { when: { type: "bye" }, event: "usage", fields: { input: "tokens.in", output: "tokens.out", costUsd: "usd" } },
    { when: { type: "bye", failed: false }, event: "result", fields: { text: "last" }, set: { ok: true } },
    {
      when: { type: "bye", failed: true },
      event: "result",
      fields: { text: "last", cause: "why" },
      set: { ok: false },
    },
    {
      when: { type: "limit" },
      event: "limit",
      fields: { until: "resets_at", detail: "text" },
      set: { state: "rejected", scope: "window" },
    },
  ],
};

export const DECLARED: DeclaredCoder = written();

function written(): DeclaredCoder {
  const read = readDeclared("mine", WRITTEN);
  if (!read.ok) throw new Error(read.problems.join("\n"));
  return read.written;
}

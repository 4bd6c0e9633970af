/** What coders keep by directory, and how a copy of a directory gets it. */
import { expect, test } from "vitest";

import type { CoderRequest } from "../src/coder.ts";
import { claude } from "../src/claude/index.ts";
import { codex } from "../src/codex/index.ts";
import { trustIn } from "../src/codex/by-directory.ts";

const request = (texts: Readonly<Record<string, string>>): CoderRequest => ({
  prompt: "",
  promptFile: "/a/prompt.md",
  cwd: "/home/p/.fleet/work/t-1/api",
  sessionId: "s",
  scratch: "/a/scratch",
  env: {},
  root: false,
  copyOf: {
    top: "/src/my.web",
    cwd: "/src/my.web/api",
    at: "/home/p/.fleet/work/t-1",
    env: { HOME: "/home/p" },
    texts,
  },
});

test("claude gets the memory, the approvals and the servers of the directory that it works in a copy of", () => {
  const own = {
    allowedTools: ["Bash(make)"],
    enabledMcpjsonServers: ["db"],
    mcpServers: { own: { command: "x" } },
    hasTrustDialogAccepted: true,
  };
  const state = JSON.stringify({ projects: { "/src/my.web": own, "/other": { enabledMcpjsonServers: ["no"] } } });
  const { args, files = {}, ofSource } = claude.command(request({ "/home/p/.claude.json": state }));
  expect(JSON.parse(files["settings.json"] ?? "")).toEqual({
    autoMemoryDirectory: "/home/p/.claude/projects/-src-my-web/memory",
    permissions: { allow: ["Bash(make)"] },
    enabledMcpjsonServers: ["db"],
  });
  expect(JSON.parse(files["mcp.json"] ?? "")).toEqual({ mcpServers: { own: { command: "x" } } });
  expect(args).toEqual(
    expect.arrayContaining(["--settings", "/a/scratch/settings.json", "--mcp-config=/a/scratch/mcp.json"]),
  );
  expect(ofSource).toEqual(["memory", "approvals", "MCP servers"]);
});

test.each(["", "no JSON", "{}", '{ "projects": [] }', '{ "projects": { "/src/my.web": 7 } }'])(
  "from a file that does not mention it (%j) claude gets the memory alone",
  (text) => {
    expect(claude.command(request({ "/home/p/.claude.json": text })).ofSource).toEqual(["memory"]);
  },
);

test("in the directory itself no other directory is mentioned", () => {
  const { copyOf: _copyOf, ...itself } = request({});
  for (const coder of [claude, codex]) expect(coder.command(itself).ofSource).toBeUndefined();
  expect(claude.command(itself).files).toEqual({});
});

test("codex trusts a copy as it trusts what that is a copy of", () => {
  const config = 'model = "x"\n[projects."/src/my.web"]\ntrust_level = "trusted"\n';
  const { args, ofSource } = codex.command(request({ "/home/p/.codex/config.toml": config }));
  expect(args).toContain('projects={"/home/p/.fleet/work/t-1"={trust_level="trusted"}}');
  expect(ofSource).toEqual(["trust"]);
  expect(codex.command(request({})).ofSource).toBeUndefined();
});

test("levels of trust are read by directory, and those of other tables are not", () => {
  const text = `
[projects."/a \\"b\\""] # one
trust_level = "trusted"
[projects.'/c']
other = 1
trust_level = 'untrusted'
[profiles.x]
trust_level = "trusted"
`;
  expect([...trustIn(text)]).toEqual([
    ['/a "b"', "trusted"],
    ["/c", "untrusted"],
  ]);
});

/** beads-ui itself on a home of fleet's: its server calls `bd`, its browser page is told what is there and what changed. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { execa } from "execa";
import { expect, test } from "vitest";
import * as z from "zod";

import { until } from "../support/until.ts";

const REPOSITORY = fileURLToPath(new URL("../../../../", import.meta.url));
const CACHE = process.env["FLEET_REAL_BIN"] ?? join(REPOSITORY, ".cache/coders/node_modules/.bin");
const FLEET = process.env["FLEET_UNDER_TEST"] ?? join(REPOSITORY, "packages/fleet/dist/fleet.js");
const MISSING = z.record(z.string(), z.string()).parse(JSON.parse(process.env["FLEET_REAL_MISSING"] ?? "{}"));
const PACKAGE = join(dirname(CACHE), "beads-ui");

const issue = z.looseObject({ id: z.string(), title: z.string(), status: z.string() });
const message = z.looseObject({
  id: z.string(),
  ok: z.boolean(),
  type: z.string(),
  /** Of other messages than these it is something else. */
  payload: z.looseObject({ issues: z.array(issue).optional(), issue: issue.optional() }).catch({}),
});
type Message = z.infer<typeof message>;

interface Socket {
  on(event: "message", listener: (data: Buffer) => void): void;
  on(event: "open" | "close", listener: () => void): void;
  send(text: string): void;
  close(): void;
}

/** The server's own library: Node 20 has no WebSocket. */
function connect(port: string): Socket {
  const WebSocket = z
    .custom<new (url: string) => Socket>((value) => typeof value === "function")
    .parse(createRequire(join(PACKAGE, "package.json"))("ws"));
  return new WebSocket(`ws://127.0.0.1:${port}/ws`);
}

/** It prints the port that it was given, so 0 is of no use to it. */
async function freePort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = z.object({ port: z.number() }).parse(server.address());
  server.close();
  await once(server, "close");
  return String(port);
}

test("beads-ui shows, creates and changes tasks of a fleet home, and sees what others do", async (context) => {
  const wrong = MISSING["bdui"];
  context.skip(wrong !== undefined, `beads-ui could not be installed: ${wrong}`);
  const root = mkdtempSync(join(realpathSync(tmpdir()), "fleet-real-"));
  const project = join(root, "project");
  mkdirSync(project);
  const bd = join(root, "bd");
  writeFileSync(bd, `#!/bin/sh\nexec '${process.execPath}' '${FLEET}' bd "$@"\n`);
  chmodSync(bd, 0o755);
  const env = {
    PATH: [dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(delimiter),
    HOME: root,
    FLEET_HOME: join(root, "home"),
    BD_BIN: bd,
    BEADS_ACTOR: "ann",
  };
  const run = async (...args: string[]): Promise<string> =>
    (await execa(bd, args, { cwd: project, env, extendEnv: false })).stdout;
  await run("init", "--prefix", "tt");
  await run("create", "made before", "--id", "tt-a");

  const port = await freePort();
  const server = spawn(process.execPath, [join(PACKAGE, "server/index.js"), "--port", port], {
    cwd: project,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(server, "exit");
  let said = "";
  for (const stream of [server.stdout, server.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  try {
    await until("beads-ui listens", () => (said.includes("listening") ? true : undefined));
    const messages: Message[] = [];
    const socket = connect(port);
    socket.on("message", (data) => messages.push(message.parse(JSON.parse(data.toString("utf8")))));
    await new Promise<void>((resolve) => socket.on("open", resolve));
    let calls = 0;
    const call = async (type: string, payload: object): Promise<Message> => {
      const id = `call-${++calls}`;
      socket.send(JSON.stringify({ id, type, payload }));
      return await until(`an answer to ${type}`, () => messages.find((one) => one.id === id));
    };

    expect(await call("subscribe-list", { id: "all", type: "all-issues" })).toMatchObject({ ok: true });
    const shown = messages.find(({ type }) => type === "snapshot")?.payload.issues ?? [];
    expect(shown.map(({ id, title }) => [id, title])).toEqual([["tt-a", "made before"]]);

    expect(await call("create-issue", { title: "made in the browser", type: "bug", priority: 1 })).toMatchObject({
      ok: true,
    });
    const made = await until(
      "the browser is told of it",
      () => messages.find(({ payload }) => payload.issue?.title === "made in the browser")?.payload.issue,
    );
    for (const [type, payload] of [
      ["update-status", { id: made.id, status: "in_progress" }],
      ["update-priority", { id: made.id, priority: 0 }],
      ["edit-text", { id: made.id, field: "title", value: "renamed" }],
      ["dep-add", { a: made.id, b: "tt-a", view_id: made.id }],
      ["label-add", { id: made.id, label: "ui" }],
      ["add-comment", { id: made.id, text: "said in the browser" }],
    ] as const)
      expect(await call(type, payload), type).toMatchObject({ ok: true });

    const [row] = z.array(z.looseObject({})).parse(JSON.parse(await run("show", made.id, "--json")));
    expect(row).toMatchObject({
      title: "renamed",
      status: "in_progress",
      priority: 0,
      issue_type: "bug",
      labels: ["ui"],
      dependencies: [{ id: "tt-a", dependency_type: "blocks" }],
      comments: [{ text: "said in the browser" }],
    });
    expect(await call("delete-issue", { id: made.id })).toMatchObject({ ok: true });
    expect(JSON.parse(await run("list", "--all", "--json"))).toHaveLength(1);
    socket.close();
  } finally {
    server.kill();
    await ended;
    rmSync(root, { recursive: true, force: true });
  }
});

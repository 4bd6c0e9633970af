/** A hook on claude's command line refuses a write outside of what the task may change, as it happens. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "vitest";

import { close, raw, say } from "./api.ts";
import { makeLab, real } from "./lab.ts";

real(
  ["claude"],
  "claude is refused a write outside of --allow, does the one inside, and its own settings stay as they are",
  async () => {
    const lab = await makeLab({ coders: ["claude"] });
    const project = lab.project();
    mkdirSync(join(lab.root, "claude"), { recursive: true });
    const settings = join(lab.root, "claude/settings.json");
    const own = `${JSON.stringify({ env: { MINE: "1" } })}\n`;
    writeFileSync(settings, own);
    const write = (name: string) =>
      raw({
        text: "I write.",
        tool: { name: "Write", input: { file_path: join(project, name), content: "hi\n" } },
      });
    await lab.api("claude").script([write("outside.txt"), write("src/inside.txt"), close, say("Done.")]);
    const args = [
      "bd",
      "create",
      "Write",
      "--coder",
      "claude",
      "--model",
      "sonnet",
      "-d",
      "Write hi",
      "--allow",
      "src/**",
    ];
    const made: unknown = JSON.parse(
      await lab.fleet([...args, "--check", "test -e src/inside.txt", "--json"], { cwd: project }),
    );
    expect(made).toMatchObject({ metadata: { allow: ["src/**"], checks: ["test -e src/inside.txt"] } });
    const id = String(Object(made).id);
    await lab.start();
    await lab.reaches(id, "closed");

    expect(existsSync(join(project, "outside.txt"))).toBe(false);
    expect(readFileSync(join(project, "src/inside.txt"), "utf8")).toBe("hi\n");
    expect(readFileSync(settings, "utf8")).toBe(own);
    expect(existsSync(join(project, ".claude"))).toBe(false);
    const receipt: unknown = JSON.parse(await lab.fleet(["task", id, "receipt", "--json"]));
    expect(receipt).toMatchObject({
      verdict: "done",
      tools: { Write: { ok: 1, failed: 1 }, Bash: { ok: 1, failed: 0 } },
      files: { from: "git", changed: ["src/inside.txt"] },
      outside: [],
      checks: [{ verdict: "passed" }],
    });
    expect(await lab.left(id)).toEqual([]);
  },
);

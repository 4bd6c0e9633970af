/** What is protected, and a real coder's tools and scripts that write to it: whose a change is, and that it can be put back. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "vitest";
import * as z from "zod";

import { close, say, work } from "./api.ts";
import { makeLab, real } from "./lab.ts";

const receipt = z.looseObject({
  verdict: z.string(),
  protected: z.array(z.object({ what: z.string(), put_back: z.string(), whose: z.string() })).nullish(),
});

interface Case {
  readonly does: string;
  /** Of the project, before it begins. */
  readonly script?: string;
  readonly verdict: "out-of-scope" | "asked";
  readonly whose: "own" | "unknown";
  readonly status: "blocked" | "in_progress";
}

const CASES: Readonly<Record<string, Case>> = {
  "a hook, by a tool that names it": {
    does: "printf evil >.git/hooks/post-commit",
    verdict: "out-of-scope",
    whose: "own",
    status: "blocked",
  },
  "where hooks are, by a script's git": {
    does: "sh setup.sh",
    script: "git config core.hooksPath /tmp/evil",
    verdict: "out-of-scope",
    whose: "own",
    status: "blocked",
  },
  "a filter, by a script's git": {
    does: "sh setup.sh",
    script: "git config filter.evil.clean 'sed s/a/b/'",
    verdict: "out-of-scope",
    whose: "own",
    status: "blocked",
  },
  "a hook, by a script": {
    does: "sh setup.sh && echo more >>made",
    script: "printf evil >.git/hooks/post-commit",
    verdict: "asked",
    whose: "unknown",
    status: "in_progress",
  },
  "a profile of the shell, by a script": {
    does: "sh setup.sh && echo more >>made",
    script: 'echo evil >>"$HOME/.bashrc"',
    verdict: "asked",
    whose: "unknown",
    status: "in_progress",
  },
};

real(
  ["claude"],
  "claude: what it does to hooks, settings of git and profiles is found, and put back by what is said",
  async () => {
    // One after the other: they have one home directory.
    const settings = { evidence: "change", max_attempts: 1, max_concurrent: 1 };
    const lab = await makeLab({ coders: ["claude"], settings });
    await lab.api("claude").script([work, close, say("All done.")]);
    const profile = join(lab.root, "home/.bashrc");
    writeFileSync(profile, "one\n");
    await lab.start();
    for (const [name, { does, script = "", verdict, whose, status }] of Object.entries(CASES)) {
      const project = name.replaceAll(/\W+/g, "-");
      const dir = lab.project(project);
      writeFileSync(join(dir, "setup.sh"), script);
      const before = readFileSync(join(dir, ".git/config"), "utf8");
      const id = await lab.task({ coder: "claude", title: name, description: `Run: \`${does}\``, project });
      const row = await lab.reaches(id, "needs-you", 60_000);
      const found = receipt.parse(JSON.parse(await lab.fleet(["task", id, "receipt", "--json"])));
      expect([name, row.status, found.verdict]).toEqual([name, status, verdict]);
      expect(
        found.protected?.map((one) => one.whose),
        name,
      ).toEqual([whose]);
      for (const { put_back } of found.protected ?? []) execFileSync("sh", ["-c", put_back]);
      expect(readFileSync(profile, "utf8")).toBe("one\n");
      expect(existsSync(join(dir, ".git/hooks/post-commit"))).toBe(false);
      expect(readFileSync(join(dir, ".git/config"), "utf8").replace(/\[(?:core|filter "evil")\]\n$/, "")).toBe(before);
      expect(await lab.left(id)).toEqual([]);
    }
  },
  240_000,
);

/**
 * What an agent can write into a repository so that whoever reads it runs a program. Each row shows first that plain git
 * runs it (where this git does), then that nothing does when kit reads.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { openRepository, type Repository } from "@fleet/kit/git/repository";
import { makeWorld, program, type World } from "./support.ts";

interface Attack {
  readonly name: string;
  /** What plain git runs it with; undefined for what needs a terminal, a fetch, or a later git. */
  readonly plain?: readonly string[];
  readonly prepare: (world: World) => void;
}

const attribute = (world: World, line: string): void => {
  writeFileSync(join(world.repo, ".git", "info", "attributes"), `${line}\n`);
};

/** A partial clone that lacks a blob, and whose remote is whatever the agent says. */
function promisor(world: World, url: string, ...settings: (readonly [string, string])[]): void {
  const { git, repo, write } = world;
  const blob = git("rev-parse", "HEAD:f").trim();
  write("f", "two\n");
  rmSync(join(repo, ".git", "objects", blob.slice(0, 2), blob.slice(2)));
  git("config", "core.repositoryformatversion", "1");
  git("config", "extensions.partialClone", "origin");
  git("config", "remote.origin.promisor", "true");
  git("config", "remote.origin.url", url);
  for (const [key, value] of settings) git("config", key, value);
}

/** A submodule whose own configuration has the setting. */
function submodule(world: World, attributes: string, key: string): void {
  const { dir, git, gitIn, repo, canary } = world;
  const source = join(dir, "source");
  mkdirSync(source);
  gitIn(source, "init", "--quiet");
  writeFileSync(join(source, "s"), "one\n");
  gitIn(source, "add", "s");
  gitIn(source, "commit", "--quiet", "-m", "s");
  git("submodule", "--quiet", "add", source, "sub");
  git("commit", "--quiet", "-m", "sub");
  gitIn(join(repo, "sub"), "config", key, canary);
  writeFileSync(join(repo, ".git", "modules", "sub", "info", "attributes"), attributes);
  world.write("sub/s", "two\n");
}

function signed(world: World): void {
  const { git, gitIn, repo, dir } = world;
  const head = git("cat-file", "commit", "HEAD");
  const [headers = "", body = ""] = head.split("\n\n");
  writeFileSync(
    join(dir, "commit"),
    `${headers}\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n${body}`,
  );
  const made = gitIn(repo, "hash-object", "-t", "commit", "-w", join(dir, "commit")).trim();
  git("update-ref", "HEAD", made);
}

const ATTACKS: readonly Attack[] = [
  {
    name: "core.fsmonitor",
    plain: ["status"],
    prepare: ({ git, canary }) => git("config", "core.fsmonitor", canary),
  },
  {
    name: "a hook in .git/hooks",
    plain: ["status"],
    prepare: ({ repo, canary, write }) => {
      program(join(repo, ".git", "hooks", "post-index-change"), canary);
      write("f", "one\n");
    },
  },
  {
    name: "a hook at core.hooksPath",
    plain: ["status"],
    prepare: ({ dir, git, canary, write }) => {
      mkdirSync(join(dir, "hooks"));
      program(join(dir, "hooks", "post-index-change"), canary);
      git("config", "core.hooksPath", join(dir, "hooks"));
      write("f", "one\n");
    },
  },
  {
    name: "a hook that the configuration defines",
    prepare: ({ git, canary }) => {
      git("config", "hook.x.command", canary);
      git("config", "hook.x.event", "post-index-change");
    },
  },
  {
    name: "a clean filter by .gitattributes",
    plain: ["status"],
    prepare: ({ git, canary, write }) => {
      git("config", "filter.x.clean", canary);
      write(".gitattributes", "* filter=x\n");
      write("f", "two\n");
    },
  },
  {
    name: "a process filter by info/attributes",
    plain: ["status"],
    prepare: (world) => {
      world.git("config", "filter.x.process", world.canary);
      attribute(world, "* filter=x");
      world.write("f", "two\n");
    },
  },
  {
    name: "a filter by a file of attributes that the configuration names",
    plain: ["status"],
    prepare: ({ dir, git, canary, write }) => {
      writeFileSync(join(dir, "attributes"), "* filter=x\n");
      git("config", "core.attributesFile", join(dir, "attributes"));
      git("config", "filter.x.clean", canary);
      write("f", "two\n");
    },
  },
  {
    name: "a filter in an included file",
    plain: ["status"],
    prepare: (world) => {
      writeFileSync(join(world.dir, "more"), `[filter "x"]\n\tclean = ${world.canary}\n`);
      world.git("config", "include.path", join(world.dir, "more"));
      attribute(world, "* filter=x");
      world.write("f", "two\n");
    },
  },
  {
    name: "a filter in a file that is included for this directory",
    plain: ["status"],
    prepare: (world) => {
      writeFileSync(join(world.dir, "more"), `[filter "x"]\n\tclean = ${world.canary}\n`);
      world.git("config", `includeIf.gitdir:${world.repo}/.path`, join(world.dir, "more"));
      attribute(world, "* filter=x");
      world.write("f", "two\n");
    },
  },
  {
    name: "a filter in the configuration of the working tree",
    plain: ["status"],
    prepare: (world) => {
      world.git("config", "extensions.worktreeConfig", "true");
      world.git("config", "--worktree", "filter.x.clean", world.canary);
      attribute(world, "* filter=x");
      world.write("f", "two\n");
    },
  },
  {
    name: "a filter whose command has a line break",
    plain: ["status"],
    prepare: (world) => {
      world.git("config", "filter.x.clean", `:\n${world.canary}`);
      attribute(world, "* filter=x");
      world.write("f", "two\n");
    },
  },
  {
    name: "a value that would open another section",
    prepare: (world) => {
      world.git("config", "branch.main.merge", `"\n[filter "x"]\n\tclean = ${world.canary}\n`);
      world.git("config", `branch.a"]\\.remote`, "\\");
      attribute(world, "* filter=x");
      world.write("f", "two\n");
    },
  },
  {
    name: "an LFS filter of the repository's own",
    plain: ["status"],
    prepare: (world) => {
      world.git("config", "filter.lfs.clean", world.canary);
      attribute(world, "* filter=lfs");
      world.write("f", "two\n");
    },
  },
  {
    name: "diff.external",
    plain: ["diff"],
    prepare: ({ git, canary, write }) => {
      git("config", "diff.external", canary);
      write("f", "two\n");
    },
  },
  {
    name: "a diff driver's command",
    plain: ["diff"],
    prepare: (world) => {
      world.git("config", "diff.x.command", world.canary);
      attribute(world, "* diff=x");
      world.write("f", "two\n");
    },
  },
  {
    name: "a diff driver's textconv",
    plain: ["log", "-p"],
    prepare: (world) => {
      world.git("config", "diff.x.textconv", world.canary);
      attribute(world, "* diff=x");
      world.write("f", "two\n");
    },
  },
  {
    name: "gpg.program by log.showSignature",
    plain: ["log"],
    prepare: (world) => {
      signed(world);
      world.git("config", "gpg.program", join(world.dir, "canary"));
      world.git("config", "log.showSignature", "true");
    },
  },
  {
    name: "gpg.program by format.pretty",
    plain: ["log"],
    prepare: (world) => {
      signed(world);
      world.git("config", "gpg.program", join(world.dir, "canary"));
      world.git("config", "format.pretty", "%G?");
    },
  },
  {
    name: "a pager",
    prepare: ({ git, canary }) => {
      git("config", "core.pager", canary);
      for (const command of ["log", "diff", "show", "status"]) git("config", `pager.${command}`, canary);
    },
  },
  {
    name: "an alias with the name of a command",
    prepare: ({ git, canary }) => {
      for (const command of ["status", "rev-parse", "log", "diff"]) git("config", `alias.${command}`, `!${canary}`);
    },
  },
  {
    name: "core.alternateRefsCommand",
    prepare: ({ dir, repo, git, canary }) => {
      git("clone", "--quiet", "--bare", repo, join(dir, "alternate"));
      writeFileSync(join(repo, ".git", "objects", "info", "alternates"), `${join(dir, "alternate", "objects")}\n`);
      git("config", "core.alternateRefsCommand", canary);
    },
  },
  {
    name: "a filter of a submodule",
    plain: ["status"],
    prepare: (world) => submodule(world, "* filter=x\n", "filter.x.clean"),
  },
  {
    name: "a textconv of a submodule",
    plain: ["diff"],
    prepare: (world) => {
      submodule(world, "* diff=x\n", "diff.x.textconv");
      world.gitIn(join(world.repo, "sub"), "commit", "--quiet", "-am", "two");
      world.git("config", "diff.submodule", "diff");
    },
  },
  {
    name: "a .git file that points to another repository",
    plain: ["status"],
    prepare: (world) => {
      const { dir, repo, write, git, canary } = world;
      git("config", "filter.x.clean", canary);
      attribute(world, "* filter=x");
      renameSync(join(repo, ".git"), join(dir, "elsewhere"));
      writeFileSync(join(repo, ".git"), `gitdir: ${join(dir, "elsewhere")}\n`);
      write("f", "two\n");
    },
  },
  {
    name: "a commondir file that leads to another configuration",
    plain: ["status"],
    prepare: (world) => {
      const { dir, repo, write, git, canary } = world;
      git("config", "filter.x.clean", canary);
      attribute(world, "* filter=x");
      git("clone", "--quiet", repo, join(dir, "other"));
      renameSync(join(repo, ".git", "config"), join(dir, "other", ".git", "config"));
      renameSync(join(repo, ".git", "info", "attributes"), join(dir, "other", ".git", "info", "attributes"));
      writeFileSync(join(repo, ".git", "commondir"), `${join(dir, "other", ".git")}\n`);
      write("f", "two\n");
    },
  },
  {
    name: "a helper that would fetch a missing object",
    plain: ["diff"],
    prepare: (world) =>
      promisor(world, `ext::${world.failing.replaceAll(" ", "% ")}`, ["protocol.ext.allow", "always"]),
  },
  {
    name: "core.sshCommand, to fetch a missing object",
    plain: ["diff"],
    prepare: (world) => promisor(world, "ssh://example.invalid/x", ["core.sshCommand", `'${world.failing}'`]),
  },
  {
    name: "core.gitProxy, to fetch a missing object",
    plain: ["diff"],
    prepare: (world) => promisor(world, "git://example.invalid/x", ["core.gitProxy", world.failing]),
  },
  {
    name: "an upload-pack, to fetch a missing object",
    plain: ["diff"],
    prepare: (world) => promisor(world, world.repo, ["remote.origin.uploadpack", `'${world.failing}'`]),
  },
];

/** Everything that fleet asks a repository. */
async function readAll({ ask, unread }: Repository): Promise<void> {
  await ask("rev-parse", { options: ["--verify", "--quiet"], revisions: ["HEAD"] });
  await ask("status", { options: ["--porcelain=v1", "-z", "--untracked-files=all"] });
  await ask("diff", { revisions: ["HEAD"] });
  await ask("diff", { options: ["--numstat"] });
  await ask("log", { options: ["-p"], revisions: ["HEAD"] });
  await ask("log", { options: ["--all", "--format=%h %s"] });
  await ask("show", { options: ["-p"], revisions: ["HEAD"] });
  await ask("rev-list", { options: ["--count"], revisions: ["@{upstream}..HEAD"] });
  await unread(["f", "sub"]);
}

describe("no program named by the repository's own configuration or attributes runs", () => {
  it.each(ATTACKS)("$name", async ({ plain, prepare }) => {
    const world = makeWorld();
    prepare(world);
    if (plain !== undefined) {
      world.plain(...plain);
      expect(world.wasRun(), "plain git runs it").toBe(true);
      world.forget();
      // What plain git has refreshed is to be read again.
      for (const path of ["f", ...(plain[0] === "status" ? [] : ["sub/s"])])
        try {
          world.write(path, "three\n");
        } catch {
          continue;
        }
    }
    const found = await openRepository(world.repo, world.env);
    if (found.kind !== "repository") expect.unreachable(JSON.stringify(found));
    try {
      await readAll(found.repository);
    } finally {
      found.repository.close();
    }
    expect(world.wasRun()).toBe(false);
  });

  it("also when it is configured between the look at the settings and the command", async () => {
    const world = makeWorld();
    const found = await openRepository(world.repo, world.env);
    if (found.kind !== "repository") expect.unreachable(JSON.stringify(found));
    world.git("config", "filter.x.clean", world.canary);
    world.git("config", "core.fsmonitor", world.canary);
    attribute(world, "* filter=x");
    world.forget();
    world.write("f", "two\n");
    await readAll(found.repository);
    found.repository.close();
    expect(world.wasRun()).toBe(false);
  });
});

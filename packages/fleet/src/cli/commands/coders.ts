/** `fleet coders`: which coder command lines are here, and what to do about the ones that are not. */
import { probeAll, type Probe } from "@fleet/coders/probe";
import { registry } from "@fleet/coders/registry";
import { homeExists, homePath } from "@fleet/store/home";

import { readConfig } from "../../settings/file.ts";
import { DEFAULTS } from "../../settings/schema.ts";
import { EXIT } from "../../app/errors.ts";
import { columns } from "@fleet/kit/table";
import { colours } from "../style.ts";
import { waiting } from "../../engine/core/accounts/park.ts";
import { rememberFound } from "../../engine/shell/state/found-coders.ts";
import { readParked } from "../../engine/shell/state/parked.ts";
import { type Command, flag, json } from "./command.ts";

export const coders: Command = {
  options: {},
  examples: [["fleet coders", "one that is missing stops no other"]],
  run: async (io, args) => {
    const home = homePath(io.env, io.cwd);
    const there = homeExists(home);
    const read = there ? readConfig(home) : { ok: true as const, config: DEFAULTS };
    if (!read.ok)
      io.err(`config.yaml is not good, so coders declared in it are left out: ${read.problems.join("; ")}\n`);
    const config = read.ok ? read.config : DEFAULTS;
    const all = registry(config.coders);
    const probes = await probeAll(all.values(), io.env, io.env["HOME"] ?? "", config.env);
    const parked = there ? waiting(readParked(home), config.auto_resume, io.now()) : {};
    const rows = [...all.values()].map((coder) => ({
      name: coder.name,
      probe: probes.get(coder.name) ?? MISSING,
      parked: parked[coder.name],
    }));
    const found = rows.filter(({ probe }) => probe.kind !== "missing").map(({ name }) => name);
    if (there) rememberFound(home, found, io.env["PATH"] ?? "");
    if (flag(args, "json")) {
      io.out(
        json(
          rows.map(({ name, probe, parked: park }) => ({
            name,
            default: name === config.default_coder,
            ...probe,
            ...(park === undefined ? {} : { parked: park }),
          })),
        ),
      );
      return EXIT.ok;
    }
    const c = colours(io);
    const table = columns(
      rows.map(({ name, probe, parked: park }) => [
        name === config.default_coder ? `${name} *` : name,
        ...words(probe),
        park === undefined ? "" : `parked: ${park.reason}`,
      ]),
    );
    io.out(
      `${table.map((line, i) => (rows[i]?.probe.kind === "found" ? line : c.dim(line))).join("\n")}\n\n* the default: fleet config set default_coder=NAME\n`,
    );
    return EXIT.ok;
  },
};

const MISSING: Probe = { kind: "missing", install: "" };

function words(probe: Probe): [state: string, detail: string, place: string] {
  switch (probe.kind) {
    case "found":
      return [
        probe.version,
        probe.signedIn === "not needed"
          ? "no account needed"
          : `signed in: ${probe.signedIn}${probe.how === undefined ? "" : ` (${probe.how})`}`,
        probe.path,
      ];
    case "missing":
      return ["not installed", probe.install === "" ? "" : `install: ${probe.install}`, ""];
    case "broken":
      return ["does not answer", probe.reason, probe.path];
  }
}

/** `fleet coders`: which coder command lines are here, and what to do about the ones that are not. */
import { probeAll, type Probe } from "@fleet/coders/probe";
import { registry } from "@fleet/coders/registry";
import { homeExists, homePath } from "@fleet/store/home";
import { Store } from "@fleet/store/store";

import { settingsWarning } from "../../app/settings/settled.ts";
import { type InForce, settingsInForce } from "../../settings/in-force.ts";
import { DEFAULTS } from "../../settings/schema.ts";
import { EXIT } from "../../app/errors.ts";
import { localTimes } from "@fleet/kit/when";
import { table } from "@fleet/kit/table";
import { terminalWidth } from "@fleet/kit/width";
import { colours, painted } from "../style.ts";
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
    const settings = there ? settingsInForce(home, new Store(home)) : NO_HOME;
    const warning = settingsWarning(settings);
    if (warning !== undefined) io.err(`${warning}\n`);
    const { config } = settings;
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
        json({
          coders: rows.map(({ name, probe, parked: park }) =>
            coderRow(name, name === config.default_coder, probe, park?.reason),
          ),
        }),
      );
      return EXIT.ok;
    }
    const c = colours(io);
    const lines = table(
      rows.map(({ name, probe, parked: park }) =>
        [
          name === config.default_coder ? `${name} *` : name,
          ...words(probe),
          park === undefined ? "" : localTimes(`parked: ${park.reason}`, io.now()),
        ].map((cell) => painted(cell, probe.kind === "found" ? (text) => text : c.dim)),
      ),
      { width: terminalWidth(io), below: 24 },
    );
    io.out(`${lines.join("\n")}\n\n* the default: fleet config set default_coder=NAME\n`);
    return EXIT.ok;
  },
};

/** A row of `fleet coders`; `--json` prints exactly this. */
interface CoderRow {
  readonly name: string;
  readonly default: boolean;
  readonly kind: Probe["kind"];
  readonly path: string | null;
  readonly version: string | null;
  readonly signed_in: "yes" | "no" | "not needed" | "unknown" | null;
  /** The variable or file that makes it look signed in. */
  readonly how: string | null;
  readonly install: string | null;
  /** Why it does not answer. */
  readonly reason: string | null;
  /** Why nothing new starts on it. */
  readonly parked: string | null;
}

function coderRow(name: string, isDefault: boolean, probe: Probe, parked: string | undefined): CoderRow {
  const found = probe.kind === "found" ? probe : undefined;
  return {
    name,
    default: isDefault,
    kind: probe.kind,
    path: probe.kind === "missing" ? null : probe.path,
    version: found?.version ?? null,
    signed_in: found?.signedIn ?? null,
    how: found?.how ?? null,
    install: probe.kind === "missing" && probe.install !== "" ? probe.install : null,
    reason: probe.kind === "broken" ? probe.reason : null,
    parked: parked ?? null,
  };
}

/** Where there is no home yet, the defaults are what would hold. */
const NO_HOME: InForce = { config: DEFAULTS, unsettled: undefined, problems: [] };

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

/** The file of the service, as text: pure. One home has one service; another home's carries a part of its path's hash. */
import { createHash } from "node:crypto";
import { join } from "node:path";

export interface Service {
  readonly path: string;
  readonly text: string;
  /** Commands for a person to run. */
  readonly enable: readonly string[];
  readonly disable: readonly string[];
  readonly look: readonly string[];
}

export interface ServiceFacts {
  /** The person's own home directory. */
  readonly user: string;
  readonly config: string;
  /** The fleet's. */
  readonly home: string;
  readonly isDefaultHome: boolean;
  /** node and fleet.js, by absolute path. */
  readonly command: readonly string[];
  /** A service's own PATH finds no coder. */
  readonly path: string;
}

/** Undefined where neither systemd nor launchd is to be expected. */
export function serviceFor(platform: NodeJS.Platform, facts: ServiceFacts): Service | undefined {
  const suffix = facts.isDefaultHome ? "" : `-${createHash("sha256").update(facts.home).digest("hex").slice(0, 8)}`;
  if (platform === "linux") return systemd(facts, `fleet${suffix}.service`);
  if (platform === "darwin") return launchd(facts, `dev.fleet.supervisor${suffix}`);
  return undefined;
}

/** In a unit % starts a specifier, $ a variable, and quotes and backslashes are escaped. */
const unit = (word: string): string =>
  `"${word
    .replaceAll("%", "%%")
    .replaceAll("\\", String.raw`\\`)
    .replaceAll('"', String.raw`\"`)}"`;
const execUnit = (word: string): string => unit(word).replaceAll("$", "$$$$");

function systemd(facts: ServiceFacts, name: string): Service {
  const path = join(facts.config, "systemd", "user", name);
  const text = `[Unit]
Description=fleet: supervisor of coding agents
Documentation=file://${encodeURI(facts.home)}/config.yaml

[Service]
Type=exec
ExecStart=${[...facts.command, "run", "foreground"].map(execUnit).join(" ")}
Environment=${unit(`FLEET_HOME=${facts.home}`)}
Environment=${unit(`PATH=${facts.path}`)}
WorkingDirectory=${facts.home.replaceAll("%", "%%")}
# A stop and a restart hand what runs over: the attempts live on and are adopted by the next supervisor. SIGUSR2 asks for
# that and ends with 0; any other signal is nobody's word, hands over as well, and is a failure after which it starts again.
KillMode=process
KillSignal=SIGUSR2
Restart=on-failure
RestartSec=5
# A cgroup per attempt: this one is divided by the supervisor.
Delegate=yes
Environment=FLEET_CGROUP=delegated
TimeoutStopSec=60
UMask=0077

[Install]
WantedBy=default.target
`;
  return {
    path,
    text,
    enable: [
      "systemctl --user daemon-reload",
      `systemctl --user enable --now ${name}`,
      "loginctl enable-linger  # keeps it running after you log out",
    ],
    disable: [`systemctl --user disable --now ${name}`, "systemctl --user daemon-reload"],
    look: [`systemctl --user status ${name}`],
  };
}

const xml = (word: string): string => word.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

function launchd(facts: ServiceFacts, label: string): Service {
  const path = join(facts.user, "Library", "LaunchAgents", `${label}.plist`);
  const words = [...facts.command, "run", "foreground"].map((word) => `    <string>${xml(word)}</string>`).join("\n");
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key><string>${xml(label)}</string>
  <key>ProgramArguments</key>
  <array>
${words}
  </array>
  <key>EnvironmentVariables</key>
  <dict>
    <key>FLEET_HOME</key><string>${xml(facts.home)}</string>
    <key>PATH</key><string>${xml(facts.path)}</string>
  </dict>
  <key>WorkingDirectory</key><string>${xml(facts.home)}</string>
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>
  <!-- What runs lives on when the supervisor goes, and is adopted by the next one. It ends with 0 when fleet run stop asked it to. -->
  <key>AbandonProcessGroup</key><true/>
  <key>ExitTimeOut</key><integer>60</integer>
  <key>Umask</key><integer>63</integer>
</dict>
</plist>
`;
  const domain = "gui/$(id -u)";
  return {
    path,
    text,
    enable: [`launchctl bootstrap ${domain} ${path}`],
    disable: [`launchctl bootout ${domain}/${label}`],
    look: [`launchctl print ${domain}/${label}`],
  };
}

/** The commands that change what keeps a task from starting. Pure. */
import { resumeLine } from "./accounts/standstill.ts";
import type { Reason } from "./reason.ts";
import { strayedMend } from "./strayed.ts";

/** A number that its reader chooses. */
const MORE = "N";

export const ownCopy = (id: string): string => `fleet bd update ${id} --isolate clone`;
export const SHARE = "fleet config set max_per_cwd=2";

export const useCoder = (id: string, meant: string | null): string =>
  `fleet bd update ${id} --coder ${meant ?? "NAME"}`;

/** Commands that change it; empty if only time or the end of other tasks does. */
export function remedies(id: string, reason: Reason): readonly string[] {
  switch (reason.kind) {
    case "running":
      return [`fleet kill ${id}`];
    case "asked":
      return [`fleet approve ${id}`, `fleet reject ${id} -m "…"`];
    case "in-review":
      return [`fleet review ${id}`, `fleet approve ${id}`, `fleet reject ${id} -m "…"`];
    case "to-pick":
      return [`fleet compare ${reason.epic}`, `fleet pick ${id}`, `fleet reject ${id} -m "…"`];
    case "pull-request":
      return [`fleet pr ${id}`];
    case "landing":
    case "landing-next":
      return [`fleet land ${id}`];
    case "landing-held":
      return [...new Set([...(reason.command === null ? [] : [reason.command]), `fleet land ${id}`])];
    case "landing-after":
      return reason.on.map((to) => `fleet bd dep remove ${id} ${to}`);
    case "needs-you":
    case "backoff":
    case "left-behind":
    case "record-unknown":
      return [`fleet retry ${id}`];
    case "status":
      return [`fleet bd update ${id} --status open --assignee ""`];
    case "assigned":
      return [`fleet bd update ${id} --assignee ""`];
    case "set-aside":
      return reason.as === "ephemeral" ? [`fleet bd update ${id} --persistent`] : [];
    case "deferred":
      return [`fleet bd undefer ${reason.by}`];
    case "dependencies":
      return reason.on.map((to) => `fleet bd dep remove ${id} ${to}`);
    case "held":
      switch (reason.hold.kind) {
        case "missing":
        case "dropped":
          return reason.hold.ids.map((to) => `fleet bd dep remove ${id} ${to}`);
        case "untrusted":
          return [`fleet bd update ${id} --trust`, `fleet bd update ${id} --cwd DIR --coder NAME`];
        case "unknown":
          return [];
      }
    case "no-directory":
      return [`fleet bd update ${id} --cwd DIR --coder NAME`];
    case "strayed":
      return [strayedMend(id)];
    case "no-clone":
      return [`fleet bd update ${id} ${reason.otherwise}`];
    case "directory-silent":
      return [`fleet bd update ${id} --cwd DIR`];
    case "store-unknown":
      return ["fleet bd doctor"];
    case "no-coder":
      return ["fleet config set default_coder=claude", `fleet update ${id} --coder claude`];
    case "coder-unknown":
      return [useCoder(id, reason.meant)];
    case "breaker":
    case "probed":
    case "unreadable":
    case "paused":
    case "draining":
    case "fleet-parked":
      return ["fleet resume"];
    case "parked":
      return reason.accounts.map(({ account }) => resumeLine(account));
    case "unsettled":
      return ["fleet config show"];
    case "unsupervised":
    case "stopping":
      return ["fleet run start"];
    case "fleet-full":
      return [`fleet config set max_concurrent=${reason.max + 1}`];
    case "coder-full":
      return [`fleet config set max_per_coder.${reason.coder}=${reason.max + 1}`];
    case "directory-full":
      return [`fleet config set max_per_cwd=${reason.max + 1}`];
    case "directory-taken":
      return [ownCopy(id), SHARE];
    case "review-full":
      return ["fleet review"];
    case "same-files":
      return ["fleet config set same_files=ignore"];
    case "project-full":
      return ["fleet config edit"];
    case "account-full":
      return reason.accounts.map((name) => `fleet config set accounts.${name}.max=${MORE}`);
    case "machine":
      return reason.of === "program" ? ["fleet run restart"] : [];
    case "elsewhere":
      return ["fleet sync"];
    case "container":
    case "landing-now":
    case "quiet":
    case "account-rising":
    case "account-trial":
    // The command is right only if the person knows more than fleet does.
    case "supervised-elsewhere":
    case "blind":
      return [];
  }
}

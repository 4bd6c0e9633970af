/** Writes down what a look found. */
import { tidyCgroups } from "../../../attempts/process/cgroup.ts";
import { boundTrace } from "../../../attempts/ran/ran.ts";
import { tidyShortPaths } from "../../../attempts/process/short-path.ts";
import type { Finding } from "../../core/action.ts";
import type { Context } from "../loop/context.ts";
import { tidyAway } from "../state/away-file.ts";
import { seal, tidySeals } from "../state/sealed.ts";
import { showLandings } from "../state/shown-landings.ts";
import { showSources } from "../state/shown-sources.ts";
import type { Troubles } from "../state/troubles.ts";
import { makeDirectory } from "./make-directory.ts";
import { putAside } from "./put-aside.ts";

export function writeDown(context: Context, troubles: Troubles, finding: Finding): void {
  const { home, journal, cgroups } = context;
  switch (finding.kind) {
    case "note":
      return journal.write(finding.event, finding.text, finding.about);
    case "trouble":
      return troubles.say(finding.about, finding.trouble);
    case "put-aside":
      return putAside(context, troubles, finding.task, finding.path, finding.early === true ? -1 : undefined);
    case "make-directory":
      return makeDirectory(context, finding);
    case "bound-trace":
      boundTrace(finding.dir);
      return;
    case "show-sources":
      return showSources(home, finding.refused);
    case "show-landings":
      return showLandings(home, finding.landings);
    case "seal":
      return seal(home, finding.uuid);
    case "tidy":
      if (cgroups?.kind === "area") tidyCgroups(cgroups.area, new Set(finding.held));
      tidySeals(home, new Set(finding.held));
      tidyAway(home, new Set(finding.held));
      return tidyShortPaths();
  }
}

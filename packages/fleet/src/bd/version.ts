/** The version that `bd version` names first is the one of beads whose behaviour this is; tools look for it. */
export const BEADS_VERSION = "1.0.5";

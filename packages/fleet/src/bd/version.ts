/** `bd version` starts with the beads version whose behaviour fleet follows, because tools parse it. */
export const BEADS_VERSION = "1.0.5";

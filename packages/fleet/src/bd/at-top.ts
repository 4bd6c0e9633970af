/** The verbs that have a place at the top: `fleet ready` is `fleet bd ready`. */
export const AT_TOP: ReadonlySet<string> = new Set(["ready", "show", "doctor"]);

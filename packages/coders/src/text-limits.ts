/** How much of a text an event keeps; the log has the rest. */

/** Characters of a model's words, an error or a result that are kept in an event; the log has the rest. */
export const TEXT_LIMIT = 16_384;
/** Characters of the end of what a tool printed: where the reason of a failure stands. */
export const OUTPUT_LIMIT = 2_000;
/** Characters kept of a line that was not understood. */
export const LINE_LIMIT = 300;

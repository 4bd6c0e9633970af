/** What ids start with in a home that the first write makes. */
export const DEFAULT_PREFIX = "fleet";

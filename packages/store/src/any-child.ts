/** The gate of a waits-for edge stands in its metadata, a JSON text: {"gate":"any-children"}. */
export const anyChildSuffices = ({ metadata }: { readonly metadata?: unknown }): boolean =>
  typeof metadata === "string" && metadata.includes("any-children");

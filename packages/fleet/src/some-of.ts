/** The first of a list, and how many more there are: for lines that people read. Pure. */
export function someOf(all: readonly string[], most: number): string {
  return all.length <= most ? all.join(", ") : `${all.slice(0, most).join(", ")} and ${all.length - most} more`;
}

/** Where an attempt works, as far as others are concerned: its git working tree, or its directory. Pure. */
export interface Place {
  readonly path: string;
  /** `path` is the top of a git working tree; two of those that differ are apart, even one inside the other. */
  readonly git: boolean;
}

const within = (inner: string, outer: string): boolean =>
  inner === outer || inner.startsWith(outer.endsWith("/") ? outer : `${outer}/`);

export function shares(a: Place, b: Place): boolean {
  if (a.git && b.git) return a.path === b.path;
  return within(a.path, b.path) || within(b.path, a.path);
}

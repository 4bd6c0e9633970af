/** Where an attempt works, as far as others are concerned: its git working tree, or its directory. Pure. */
export interface Place {
  readonly path: string;
  /** `path` is the top of a git working tree. */
  readonly git: boolean;
  /** The git directory that its working trees share; absent where it is not known. */
  readonly repository?: string | undefined;
}

const within = (inner: string, outer: string): boolean =>
  inner === outer || inner.startsWith(outer.endsWith("/") ? outer : `${outer}/`);

/**
 * Whether one sees what the other changes. Two working trees of one repository are apart, even one inside the other; of a repository
 * inside, or a submodule, the one around sees what is in it.
 */
export function shares(a: Place, b: Place): boolean {
  const isKnown = a.repository !== undefined && b.repository !== undefined;
  if (a.git && b.git && (!isKnown || a.repository === b.repository)) return a.path === b.path;
  return within(a.path, b.path) || within(b.path, a.path);
}

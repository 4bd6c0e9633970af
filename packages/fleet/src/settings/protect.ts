/** What no attempt may change unless a person says otherwise: programs run by it later, as somebody else. */
export const PROTECTED = [
  /** Hooks of the repository. */
  "git-hooks",
  /** Keys of its configuration by which git runs or reads something else. */
  "git-config",
  /** What shells run when they start. */
  "shell-profiles",
] as const;

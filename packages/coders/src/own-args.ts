/** Flags that a person gave a coder of its own. */

/** Whether one of these flags is among them, alone or with its value. */
export const says = (args: readonly string[], ...flags: readonly string[]): boolean =>
  args.some((arg) => flags.some((flag) => arg === flag || arg.startsWith(`${flag}=`)));

/** Whether git takes this for the name of a ref (git-check-ref-format), so that a name an agent made up can be handed on. Pure. */
const REFUSED = /[\s\p{Cc}~^:?*[\\]|\.\.|@\{|\/\/|\/$|\.$/u;

export const isRefName = (name: string): boolean =>
  name.startsWith("refs/") &&
  !REFUSED.test(name) &&
  name.split("/").every((part) => part !== "" && !part.startsWith(".") && !part.endsWith(".lock"));

/** The name of an object, in full. What a file says is one is checked before it stands on a command line. */
export const isOid = (text: string): boolean => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);

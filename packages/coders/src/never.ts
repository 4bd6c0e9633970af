/** The end of a switch that has a case for every member of a union: the compiler refuses the call when one is missing. */
export function never(value: never): never {
  throw new Error(`not a member of the union: ${JSON.stringify(value)}`);
}

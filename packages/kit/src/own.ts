/** What a table has under a name from outside: under `constructor` or `__proto__` an object has something that nobody put there. */
export const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

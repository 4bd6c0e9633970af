/** How much of a test there is in `npm test`, and how much with LONG_TESTS set, as `npm run test:long` does. */
export const runs = (usual: number, long: number): number => (process.env["LONG_TESTS"] === undefined ? usual : long);

/** The first rows of a table, which stand for the others in `npm test`; all of them with LONG_TESTS set. */
export const some = <Row>(usual: number, rows: readonly Row[]): Row[] => rows.slice(0, runs(usual, rows.length));

/** How much of a test there is in `npm test`, and how much with LONG_TESTS set, as `npm run test:long` does. */
export const runs = (usual: number, long: number): number => (process.env["LONG_TESTS"] === undefined ? usual : long);

/** For what holds within a day (UTC): a limit per day, what was spent today. */

const today = (): string => new Date().toISOString().slice(0, 10);

/** Runs it to its end within one day: once more if it failed and midnight came in between. */
export async function withinOneDay(run: () => Promise<void>): Promise<void> {
  const day = today();
  try {
    await run();
  } catch (error) {
    if (today() === day) throw error;
    await run();
  }
}

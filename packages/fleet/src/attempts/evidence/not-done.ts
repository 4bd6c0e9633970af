/** Closing words that say the work is not done. Pure. */

/** In English, and at the beginning alone: what comes later ("… which the old code could not do") tells of the work. */
const NOT_DONE = new RegExp(
  String.raw`^(?:sorry,? |unfortunately,? )?(?:(?:i|we) (?:was |were |am |are |have |had )?)?(?:` +
    [
      String.raw`could(?:n['’]t| not)`,
      String.raw`can(?:['’]t|not| not)`,
      String.raw`(?:wasn['’]t|weren['’]t|not|un) ?able to`,
      String.raw`failed to`,
      String.raw`(?:gave|given|giving) up`,
      String.raw`did(?:n['’]t| not) (?:finish|complete|manage|succeed)`,
      String.raw`not (?:done|finished|complete|completed|implemented|fixed|solved)`,
      String.raw`(?:only )?(?:partly|partially|half) (?:done|finished|complete|implemented)`,
      String.raw`incomplete|unfinished|stuck`,
    ].join("|") +
    String.raw`)\b`,
  "i",
);

export const saysNotDone = (words: string): boolean => NOT_DONE.test(words.trim());

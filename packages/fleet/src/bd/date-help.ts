/** Help for flags that take a date. */
export const DATE_HELP =
  "+6h, +1d, +2w, tomorrow, next monday at 9am; 2025-01-15 or 2025-01-15T10:00 (UTC unless it ends in an offset)";

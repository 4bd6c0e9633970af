/** Seven settings, each unlike its default. */

export const SEVEN = {
  max_concurrent: "4",
  poll_interval: "300ms",
  retry_backoff: "300ms",
  max_attempts: "4",
  task_timeout: "3h",
  max_per_cwd: "2",
  default_model: "x",
};

/** The variables by which a process is known as an attempt's or a check's. In a file of its own: every verb that writes loads it. */

export const MARK = "FLEET_ATTEMPT_ID";
export const TASK_MARK = "FLEET_TASK_ID";
/** Mark of the checks that the supervisor runs for an attempt: they belong to it, and are not the attempt itself. */
export const CHECK_MARK = "FLEET_CHECK_ID";
/** The home whose check it is: tests that a check runs make homes of their own, and write there as they like. */
export const CHECK_HOME = "FLEET_CHECK_HOME";

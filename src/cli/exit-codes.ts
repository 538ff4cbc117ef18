/** How the program ends, for scripts. */
export const EXIT = {
  done: 0,
  /** Something could not be read, written or done; what could be has been. */
  error: 1,
  /** There are changes to make, or a deadline has passed. */
  pending: 2,
  /** The events are not what the plan was made on, or holds leave nothing to do. */
  drift: 3,
  /** Verification found leftovers. */
  leftovers: 4,
  usage: 64,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

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

/** What the codes mean, for the manual. */
export const exitCodes: readonly (readonly [code: number, meaning: string])[] = [
  [EXIT.done, 'done.'],
  [EXIT.error, 'something could not be read, written or done; what could be has been.'],
  [EXIT.pending, 'with plan --check: there are changes to make. From requests and notify status: something is overdue.'],
  [EXIT.drift, 'the events are not what the plan was made on, or holds leave nothing to do. Nothing was changed.'],
  [EXIT.leftovers, 'verification found something that should be gone.'],
  [EXIT.usage, 'the command line cannot be meant; one line says what to type instead.'],
  [EXIT.interrupted, 'interrupted; what was not finished has left nothing behind.'],
];

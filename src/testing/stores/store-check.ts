import type { ImportedLine } from '../../stores/import/imported-event.ts';
import type { ErasureStore } from '../../stores/store.ts';

/** A store that is tried, empty, and how events and account data are put into it: as they came, in this order. */
export type StoreUnderTest = {
  readonly store: ErasureStore;
  readonly add: (lines: readonly ImportedLine[]) => Promise<void>;
  /** Adds items to a category of an account; without it that is not tried. */
  readonly addAccountData?: (user: string, category: string, items: readonly string[]) => Promise<void>;
};

/** Makes an empty store, another one each time. */
export type OpenStore = () => Promise<StoreUnderTest>;

/** Something that a store has to do. `check` is rejected when it does not. */
export type StoreCheck = { readonly name: string; readonly check: () => Promise<void> };

/** A store does not do what the engine relies on; the message says what was asked, and what of the answer is wrong. */
export class NonConformingStoreError extends Error {
  override readonly name = 'NonConformingStoreError';

  constructor(asked: string, wrong: string) {
    super(`${asked}: ${wrong}`);
  }
}

/** Rejects an answer that is not what it has to be. Both are compared as JSON. */
export function assertAnswer(asked: string, answer: unknown, expected: unknown): void {
  const [is, shouldBe] = [JSON.stringify(answer), JSON.stringify(expected)];
  if (is !== shouldBe) throw new NonConformingStoreError(asked, `${shortened(is)} instead of ${shortened(shouldBe)}`);
}

/** Rejects unless something holds. */
export function assertHolds(asked: string, holds: boolean, wrong: string): void {
  if (!holds) throw new NonConformingStoreError(asked, wrong);
}

function shortened(text: string | undefined): string {
  return text === undefined ? 'nothing' : text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

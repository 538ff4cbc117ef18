import { createCryptoOperations } from './crypto-operations.ts';
import { eventOperations } from './event-operations.ts';
import { roomOperations } from './room-operations.ts';
import { viewOperations } from './view-operations.ts';
import type { Operations } from './request.ts';

/** Every operation of the batch protocol. */
export function createOperations(): Operations {
  return {
    ...eventOperations,
    ...createCryptoOperations(),
    ...roomOperations,
    ...viewOperations,
  };
}

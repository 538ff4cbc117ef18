import { setFlagsFromString } from 'node:v8';

/**
 * Makes the heap of this process grow less than usual. A copy is streamed, and little of it is alive at any time: without this a million events leave three times as much
 * garbage behind as is needed, and the time that is spent on collecting it does not show. Both are read whenever the heap could grow, so that they may be set at any time.
 */
export function keepHeapLean(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=30');
}

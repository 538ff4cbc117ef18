import { coloursFor } from '../colours.ts';
import type { TextOptions } from './plan-text.ts';

const WIDTH = 100;
const WIDEST = 140;

/** How to print for whoever reads standard output: colours and width of a terminal, neither where there is none. */
export function textOptions(): TextOptions {
  const terminal = process.stdout.isTTY === true;
  return { color: coloursFor(process.stdout).isColorSupported, width: terminal ? Math.min(process.stdout.columns, WIDEST) : WIDTH };
}

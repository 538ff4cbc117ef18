import type { GraphModel } from './model.ts';

/** A drawing as one JSON document in pieces: that of a million rows is longer than a text can be. */
export function* jsonPieces(model: GraphModel): Generator<string> {
  let before = '{';
  for (const [key, value] of Object.entries(model)) {
    yield `${before}${JSON.stringify(key)}:`;
    before = ',';
    if (Array.isArray(value)) yield* arrayPieces(value);
    else yield JSON.stringify(value);
  }
  yield '}\n';
}

function* arrayPieces(values: readonly unknown[]): Generator<string> {
  yield '[';
  for (const [index, value] of values.entries()) yield `${index === 0 ? '' : ','}${JSON.stringify(value)}`;
  yield ']';
}

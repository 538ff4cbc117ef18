import { parseJson } from '../../json/parse-json.ts';
import { stringifyJson } from '../../json/stringify-json.ts';
import { isJsonObject, own, type JsonObject, type JsonValue } from '../../json/value.ts';
import { isNamedError } from '../errors.ts';
import type { InputLine } from '../io/splitter.ts';
import { RequestError, type Operations } from './request.ts';

/** Answers one line of requests with one line, whatever the line holds. */
export function createReplier(operations: Operations): (line: InputLine) => string {
  return (line) => {
    let request: JsonValue | undefined = idAtStart(line);
    try {
      if (line.error !== undefined) throw line.error.cause;
      request = parseJson(line.text);
      return withId(request, answer(request, operations));
    } catch (error) {
      return withId(request, { err: messageOf(error) });
    }
  };
}

/** Of a request that cannot be read the ID is told all the same, if it stands first. */
function idAtStart(line: InputLine): JsonValue | undefined {
  const [, id] = /^\s*\{\s*"id"\s*:\s*(-?\d{1,15}|"(?:[^"\\]|\\.){0,200}")\s*[,}]/.exec(line.error === undefined ? line.text : '') ?? [];
  return id === undefined ? undefined : { id: parseJson(id) };
}

function answer(request: JsonValue, operations: Operations): JsonObject {
  if (!isJsonObject(request)) throw new RequestError('the request', 'one JSON object');
  const name = own(request, 'op');
  const operation = typeof name === 'string' ? own(operations, name) : undefined;
  if (operation === undefined) throw new RequestError('op', `one of ${Object.keys(operations).join(', ')}`);
  return operation(request);
}

function withId(request: JsonValue | undefined, reply: JsonObject): string {
  const id = isJsonObject(request) ? own(request, 'id') : undefined;
  return stringifyJson(id === undefined ? reply : { id, ...reply });
}

/** Messages of errors that are not this project's own may quote the request: they are not shown. */
function messageOf(error: unknown): string {
  if (isNamedError(error)) return `${error.message} (${error.name})`;
  return `unexpected: ${error instanceof Error ? error.name : 'no error'}; please report this with the request`;
}

/** An object as `JSON.stringify` sees it, once it is known to be plain. */
export type PlainObject = { readonly [key: string]: unknown };

/** Whether an object is a plain record, of this realm or another: no Date, Map, boxed primitive or class instance. */
export function isPlainObject(value: object): value is PlainObject {
  const prototype: object | null = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || isObjectPrototype(prototype);
}

/** Whether an array is written as its items: a `toJSON` would be asked before them. */
export function isPlainArray(items: readonly unknown[] & { readonly toJSON?: unknown }): boolean {
  return items.toJSON === undefined;
}

// `Object.prototype` of another realm: an iframe, a worker's message, a test runner's context.
function isObjectPrototype(prototype: object): boolean {
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf');
}

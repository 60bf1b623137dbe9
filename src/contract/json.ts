/** Anything that JSON can say. What comes from outside is `unknown` until it has been checked. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** A JSON object whose members have not been checked. */
export type JsonObject = { readonly [name: string]: unknown };

/** A number that is to be written with exactly its digits is no object, although it is held as one. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value);
}

/** Sets a member of an object that is data: `object.__proto__ = value` would change what the object is instead. */
export function setMember(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') object[name] = value;
  else Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

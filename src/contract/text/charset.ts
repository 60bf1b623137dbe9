/** A name of the WHATWG Encoding Standard, by which the bytes of a text are read: `utf-8`, `windows-1252`, `latin1`. */
export function isCharset(name: string): boolean {
  return openDecoder(name) !== undefined;
}

/** `undefined` where no such charset is known. It throws at bytes that are no text. */
export function openDecoder(name: string): InstanceType<typeof TextDecoder> | undefined {
  try {
    return new TextDecoder(name, { fatal: true });
  } catch {
    return undefined;
  }
}

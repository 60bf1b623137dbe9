import { Fault } from '../../contract/fault.ts';

/** The names that a JSON Pointer (RFC 6901) leads through: `/lines/0/a~1b` → `lines`, `0`, `a/b`. The whole: none. */
export type Pointer = readonly string[];

/** Throws a Fault TL_ARGUMENT_INVALID for a text that is none. @param what - names the text in the message. */
export function parsePointer(text: unknown, what: string): Pointer {
  if (text === '') return [];
  if (typeof text === 'string' && text.startsWith('/') && !/~(?![01])/.test(text)) {
    return text
      .slice(1)
      .split('/')
      .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  }
  const got = text === undefined ? 'nothing' : JSON.stringify(text);
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    `${what}: expected a JSON Pointer such as /items/0/price ("~" is ~0 in it, "/" is ~1), got ${got}`,
  );
}

export function toPointerText(pointer: Pointer): string {
  return pointer.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

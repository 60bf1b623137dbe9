import { Fault } from '../../contract/fault.ts';
import { whyNoName } from '../../contract/text/record-bounds.ts';

/** Throws a Fault TL_ARGUMENT_INVALID for a text that no record can have as a whole value. */
export function requireWhole(text: string): void {
  if (text.trim() === '') throw new Fault('TL_ARGUMENT_INVALID', 'text: expected some text, got nothing');
  const why = whyNoName(text);
  if (why !== undefined) throw new Fault('TL_ARGUMENT_INVALID', `text: what is looked for ${why}`);
}

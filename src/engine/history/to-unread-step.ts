import type { KeptLetter } from '../../store/errors/keep-errors.ts';
import type { PassingStep } from './to-history.ts';

/** What could not be read is kept as the text that can be shown of it. */
export function toUnreadStep({ runId, record, raw = '', ...said }: KeptLetter): PassingStep {
  const { stage, code, message, at, answer } = said;
  const fault = { code, message, ...(at !== undefined && { at }), ...(answer && { answer }) };
  return { runId, record: record ?? { key: '', native: raw }, end: { outcome: 'failed', stage, fault } };
}

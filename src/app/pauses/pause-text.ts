import type { PauseSubject } from '../../store/waiting/pauses.ts';
import { toSecond } from '../status/needs.ts';

/** A pause as the database has it, or as a document of the API does. */
interface ToldPause {
  readonly by: string;
  readonly until: Date | string | null;
  readonly reason: string;
}

/** `paused by anna until 2026-11-29 14:00:00: ERP upgrade`; UTC. */
export function pauseText({ by, until, reason }: ToldPause): string {
  return `paused by ${by}${until ? ` until ${toSecond(until)}` : ''}: ${reason}`;
}

/** `flow orders-to-erp` */
export function subjectText({ kind, name }: PauseSubject): string {
  return `${kind} ${name}`;
}

import type { Pause, PauseSubject } from '../../store/waiting/pauses.ts';
import { toSecond } from '../status/needs.ts';

/** `paused by anna until 2026-11-29 14:00:00: ERP upgrade`; UTC. */
export function pauseText({ by, until, reason }: Pick<Pause, 'by' | 'until' | 'reason'>): string {
  return `paused by ${by}${until ? ` until ${toSecond(until)}` : ''}: ${reason}`;
}

/** `flow orders-to-erp` */
export function subjectText({ kind, name }: PauseSubject): string {
  return `${kind} ${name}`;
}

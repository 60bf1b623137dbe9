import { type FaultCode, type FaultKind, rowOf } from './fault-table.ts';
import { toPlainText } from './text/plain-text.ts';

export interface FaultDetails {
  /** How long the other side asked to be left alone. Milliseconds. */
  readonly retryAfterMs?: number;
  /** What the other side answered: status and its own words, already cut to size. Never credentials. */
  readonly answer?: { readonly status?: number; readonly code?: string; readonly message?: string };
  /** What of the record it is about, as far as that is known. */
  readonly about?: FaultSubject;
  /** Place in a workspace file that the fault comes from: `flows/orders.yaml:14:9`. */
  readonly at?: string;
  /** What is wrong with the files of a workspace, where that is the reason. */
  readonly findings?: readonly FileFinding[];
  /** What is wrong with what was asked, each at its place; the message says it too. */
  readonly problems?: readonly InputProblem[];
  readonly cause?: unknown;
}

export interface InputProblem {
  /** `filter.since`; empty for all of it. */
  readonly path: string;
  readonly message: string;
}

/** What of a record a fault is about; nothing that its message does not say. */
export interface FaultSubject {
  /** Of the value in the record, the entity or the payload: `lines[2].sku`. The first, where there are more. */
  readonly path?: string;
  /** The lookup table that has no row for it. */
  readonly table?: string;
  /** What was looked up there, as the message has it. */
  readonly value?: string;
}

/** A mistake in a file of a workspace: what, and where. */
export interface FileFinding {
  readonly file: string;
  /** From 1, as the column. */
  readonly line: number;
  readonly column: number;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** By this a fault is known over copies of the package: a connector may have one of its own installed. */
const brand = Symbol.for('tradelane.fault');

/**
 * The one error class of the engine and its connectors; it is never extended. `instanceof` knows it by its brand, so one
 * of another copy of the package is a Fault as well; `toFault` makes it one of ours.
 * `code` is one of the fault table, or a flow's own code from `$fail(code, message)`, which is always 'rejected'.
 * What systems and records say in it is made plain text: it is shown on screens and kept in columns.
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: string;
  readonly kind: FaultKind;
  readonly retryAfterMs: number | undefined;
  readonly answer: FaultDetails['answer'];
  readonly about: FaultSubject | undefined;
  readonly at: string | undefined;
  readonly findings: readonly FileFinding[];
  readonly problems: readonly InputProblem[];

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }

  constructor(code: FaultCode | (string & {}), message: string, details: FaultDetails = {}) {
    super(
      toPlainText(message, maxMessage),
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.code = toPlainText(code, maxCode);
    this.kind = rowOf(code).kind;
    this.retryAfterMs = details.retryAfterMs;
    this.answer = details.answer && toPlainAnswer(details.answer);
    this.about = details.about;
    this.at = details.at;
    this.findings = details.findings ?? [];
    this.problems = details.problems ?? [];
    // No property that anybody sees: it is in no log and no comparison.
    Object.defineProperty(this, brand, { value: true });
  }
}

const maxMessage = 10_000;
const maxCode = 200;

function toPlainAnswer({ status, code, message }: NonNullable<FaultDetails['answer']>): Fault['answer'] {
  return {
    ...(status !== undefined && { status }),
    ...(code !== undefined && { code: toPlainText(code, maxCode) }),
    ...(message !== undefined && { message: toPlainText(message, maxMessage) }),
  };
}

/** Wraps whatever was thrown: a Fault stays itself, anything else is a defect of ours. */
export function toFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown.constructor === Fault ? thrown : adopt(thrown);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new Fault('TL_DEFECT', `unexpected: ${message}`, { cause: thrown });
}

/** Its kind is what our table says of its code; what another version of the package thought of it does not matter. */
function adopt({ code, message, retryAfterMs, answer, about, at, cause }: Fault): Fault {
  return new Fault(code, message, {
    cause,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(answer !== undefined && { answer }),
    ...(about !== undefined && { about }),
    ...(at !== undefined && { at }),
  });
}

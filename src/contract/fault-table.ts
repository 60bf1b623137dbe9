/**
 * What every fault means for whoever meets it: the one place where that is decided. Everything else reads its columns:
 * the line, the circuit of a connection, what waits, clients of HTTP, the statements of the store, the documents.
 * Each code has its section in docs/faults.md: what it means, who acts, how.
 */
export interface FaultRow {
  readonly kind: FaultKind;
  readonly about: About;
  readonly side: Side;
  /** Is a try that ends with it one of those that a flow's `retry.attempts` allows? */
  readonly usesAttempt: boolean;
  /** Is what waits because of it tried at once where a person asks for a run? Not where a system has asked for patience. */
  readonly mayBeHurried: boolean;
  /** Is a second try within the same call worth its time, of what may be sent twice? */
  readonly isPassing: boolean;
  readonly write: WriteState;
}

export type FaultKind =
  /** May work in a moment: retried with backoff. */
  | 'transient'
  /** The target asked for a pause: waited for, no attempt used up. */
  | 'throttled'
  /** The other side (or a schema, or the flow itself) refused this record: to the errors at once. */
  | 'rejected'
  /** Nobody's data will pass until the configuration is changed: the connection pauses. */
  | 'config'
  /** The write may or may not have happened: look before writing again. */
  | 'unknown'
  /** A bug of ours: to the errors, and loudly. */
  | 'defect';

/**
 * What it speaks of. `connection`: nothing else will get through over it either, its circuit opens at once. `unclear`: a
 * system that answers 503 to everything is away, one that does so to one record only cannot digest that; the circuit
 * opens once several records in a row have met it.
 */
export type About = 'record' | 'connection' | 'unclear';

/** Whose trouble it is: that of a system and the way to it, of what is written there, of the flow, or our own. */
export type Side = 'system' | 'target' | 'flow' | 'engine';

/**
 * What is known of a write that ended with it. `none`: turned away before it was worked on, or never sent. `refused`:
 * looked at, and nothing was made. `done`: the system has it, though not as it should be.
 */
export type WriteState = 'none' | 'refused' | 'done' | 'unclear';

const usual = { about: 'record', mayBeHurried: true, isPassing: false } as const;
const transient = { ...usual, kind: 'transient', usesAttempt: true, write: 'unclear' } as const;
// Where all are met by it, the connection pauses and no attempt is used up: this is for one that is met alone.
const config = { ...usual, kind: 'config', usesAttempt: true, write: 'unclear' } as const;
const rejected = { ...usual, kind: 'rejected', usesAttempt: true, write: 'refused' } as const;

const system = { side: 'system' } as const;
const target = { side: 'target' } as const;
const flow = { side: 'flow' } as const;
const engine = { side: 'engine' } as const;

/** The one fault that asks for patience. */
const throttled = { ...transient, kind: 'throttled', usesAttempt: false, mayBeHurried: false } as const;

export const faultTable = {
  // Reading and talking to a system
  TL_SYSTEM_UNREACHABLE: {
    ...transient,
    ...system,
    about: 'connection',
    usesAttempt: false,
    isPassing: true,
    write: 'none',
  },
  TL_SYSTEM_UNAVAILABLE: { ...transient, ...system, about: 'unclear', isPassing: true },
  TL_SYSTEM_TIMEOUT: { ...transient, ...system, about: 'unclear', isPassing: true },
  TL_SYSTEM_THROTTLED: { ...throttled, ...system, about: 'connection', isPassing: true, write: 'none' },
  TL_SYSTEM_BAD_RESPONSE: { ...transient, ...system, about: 'unclear' },
  TL_SYSTEM_RESPONSE_TOO_LARGE: { ...config, ...system, about: 'unclear' },
  TL_AUTH_REFUSED: { ...config, ...system, about: 'connection', usesAttempt: false, write: 'none' },
  // Whoever may not write at all, or is misconfigured, learns it with each record; so is a single one that is locked.
  TL_AUTH_FORBIDDEN: { ...config, ...system, about: 'unclear', write: 'none' },
  TL_CONNECTION_CONFIG: { ...config, ...system, about: 'unclear' },
  TL_SOURCE_REJECTED: { ...config, ...system },
  TL_SOURCE_UNREADABLE: { ...config, ...system },
  TL_SOURCE_RECORD: { ...rejected, ...system },
  // Writing
  TL_TARGET_REJECTED: { ...rejected, ...target },
  TL_TARGET_NOT_FOUND: { ...rejected, ...target },
  TL_TARGET_DUPLICATE: { ...rejected, ...target },
  TL_TARGET_AMBIGUOUS: { ...rejected, ...target },
  TL_TARGET_FIND_REFUSED: { ...rejected, ...target },
  TL_TARGET_ID_UNCLEAR: { ...rejected, ...target, write: 'done' },
  TL_TARGET_ID_TAKEN: { ...rejected, ...target, write: 'done' },
  TL_TARGET_CONFLICT: { ...transient, ...target },
  TL_TARGET_UNKNOWN: { ...transient, ...target, kind: 'unknown', about: 'unclear', isPassing: true },
  // The flow's own steps
  TL_KEY_MISSING: { ...rejected, ...flow },
  TL_KEY_INVALID: { ...rejected, ...flow },
  TL_VALIDATE_ENTITY: { ...rejected, ...flow },
  TL_VALIDATE_PAYLOAD: { ...rejected, ...flow },
  TL_FILTER_FAILED: { ...rejected, ...flow },
  TL_MAP_FAILED: { ...rejected, ...flow },
  TL_MAP_REFUSED: { ...rejected, ...flow },
  TL_MAP_SLOW: { ...transient, ...flow },
  TL_RECORD_TOO_LARGE: { ...rejected, ...flow },
  TL_GUARD_TRIPPED: { ...config, ...flow },
  TL_RUN_REJECTED: { ...rejected, ...flow },
  TL_TAKEN_OUT: { ...rejected, ...flow },
  // Ourselves
  TL_ARGUMENT_INVALID: { ...config, ...engine },
  TL_WORKSPACE_INVALID: { ...config, ...engine },
  TL_NOT_FOUND: { ...config, ...engine },
  TL_CONFLICT: { ...config, ...engine },
  TL_UNAUTHENTICATED: { ...config, ...engine },
  TL_FORBIDDEN: { ...config, ...engine },
  TL_TOO_MANY_REQUESTS: { ...throttled, ...engine },
  TL_PAUSED: { ...config, ...engine },
  TL_STORE_UNAVAILABLE: { ...transient, ...engine },
  TL_ENCRYPTION: { ...config, ...engine },
  TL_LEASE_LOST: { ...transient, ...engine },
  TL_RUN_STOPPED: { ...transient, ...engine },
  TL_DEFECT: { ...rejected, ...engine, kind: 'defect', write: 'unclear' },
} as const satisfies Record<string, FaultRow>;

export type FaultCode = keyof typeof faultTable;

export const faultCodes = Object.keys(faultTable) as readonly FaultCode[];

export function isFaultCode(code: string): code is FaultCode {
  return Object.hasOwn(faultTable, code);
}

/** A code that is not in the table is a flow's own, from `$fail(code, message)`: it is always 'rejected'. */
export function rowOf(code: string): FaultRow {
  return isFaultCode(code) ? faultTable[code] : ownRow;
}

const ownRow: FaultRow = { ...rejected, ...flow };

/** The codes whose row says so. */
export function codesWhere(says: (row: FaultRow) => boolean): readonly FaultCode[] {
  return faultCodes.filter((code) => says(faultTable[code]));
}

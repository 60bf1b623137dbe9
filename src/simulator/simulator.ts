import type { FastifyInstance } from 'fastify';
import type { Clock } from '../contract/connector.ts';

/** A stand-in for a vendor's system: stateful, seeded, speaking the vendor's dialect. Default export of connectors/NAME/simulator.ts. */
export interface Simulator {
  readonly name: string;
  readonly summary: string;
  /** Plain sentences, one per thing the real system does and this one does not. */
  readonly notModelled: readonly string[];
  /** The sizes this simulator knows and what they are when nothing is said: `{ orders: 500 }`. */
  readonly defaultSize?: Readonly<Record<string, number>>;
  create(options: SimulatorOptions): SimulatedSystem;
}

export interface SimulatorOptions {
  readonly seed: number;
  /** How much there is of everything at the start; `defaultSize` has been filled in where the caller said nothing. */
  readonly size: Readonly<Record<string, number>>;
  readonly clock: Clock;
  readonly effects: EffectLog;
}

export interface SimulatedSystem {
  /** Adds the vendor's own routes; may use `app.addHook` for authentication and limits. */
  routes(app: FastifyInstance): void;
  /** Lets business happen: a few new orders, changed prices. Called now and then by whoever runs it. */
  advance?(): void;
  /** The config values that a connection to it needs: `{ baseUrl, clientId, clientSecret }`. */
  config(url: string): Readonly<Record<string, unknown>>;
  /** The body of an injected 429 or 503, in the vendor's dialect. */
  errorBody?(status: number): unknown;
  /** How many records of each kind there are now; shown by `GET /_simulator/state`. */
  counts?(): Readonly<Record<string, number>>;
}

/** One change that a client made and that the system committed. A test counts these to prove "once". */
export interface LoggedEffect {
  readonly system: string;
  readonly resource: string;
  readonly key: string;
  readonly action: 'create' | 'update' | 'delete';
  /** The system's own version of the record after the change, where it has one. */
  readonly version?: string;
}

export interface EffectLog {
  append(effect: LoggedEffect): void;
  entries(): readonly LoggedEffect[];
}

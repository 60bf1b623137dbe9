import type { Clock } from '../contract/connector.ts';
import type { Env } from '../workspace/workspace.ts';

/** What the application needs of the world. It looks at no process itself: whoever calls it hands this in. */
export interface Surroundings {
  readonly env: Env;
  readonly clock: Clock;
  readonly random: () => number;
  /** The package's root: built-in connectors and schemas. */
  readonly packageDir: string;
  /** Aborted when whoever called wants no more: what is under way comes to its end first. */
  readonly stop: AbortSignal;
  /** Where log lines go. */
  readonly logTo: NodeJS.WritableStream;
}

import type { EnvironmentCheck } from './checks/check-references.ts';
import type { Builtin, CodeConnector } from './workspace.ts';

/** All that a workspace depends on besides its files. */
export interface ParseOptions extends EnvironmentCheck {
  readonly dir: string;
  readonly builtin: Builtin;
  /** Code connectors of the workspace, by name; they stand in place of built-in ones. */
  readonly code: ReadonlyMap<string, CodeConnector>;
}

import type { EnvironmentCheck } from '../checks/check-references.ts';
import type { SchemaNode } from '../checks/schema-node.ts';
import type { Builtin, CodeConnector } from '../workspace.ts';

/** All that a workspace depends on besides its files. */
export interface ParseOptions extends EnvironmentCheck {
  readonly dir: string;
  readonly builtin: Builtin;
  /** Code connectors of the workspace, by name; they stand in place of built-in ones. */
  readonly code: ReadonlyMap<string, CodeConnector>;
  /** Paths of the files in the workspace's folders that are none of those it is made of. */
  readonly strays?: readonly string[];
}

/** What the parts of a workspace are checked against besides. */
export interface PartOptions extends ParseOptions {
  /** Schemas of the entities that can be used, by name. */
  readonly entities: ReadonlyMap<string, SchemaNode>;
}

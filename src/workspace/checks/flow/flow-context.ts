import type { ParseOptions } from '../../load/parse-options.ts';
import type { SourceFile } from '../../text/source-file.ts';
import type { ConnectionEntry, ConnectorEntry } from '../../workspace.ts';
import type { KnownNames } from '../expressions/check-expression.ts';
import type { SchemaNode } from '../schema-node.ts';

/** What a flow may speak of. */
export interface FlowContext {
  readonly connections: ReadonlyMap<string, ConnectionEntry>;
  /** False where config/connections.yaml cannot be read: then no flow is told that its connection is unknown. */
  readonly areConnectionsKnown: boolean;
  readonly connectors: ReadonlyMap<string, ConnectorEntry>;
  readonly names: KnownNames;
  /** Schemas of the entities that can be used, by name. */
  readonly entities: ReadonlyMap<string, SchemaNode>;
  readonly files: ReadonlyMap<string, SourceFile>;
  readonly options: ParseOptions;
}

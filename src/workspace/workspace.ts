import type { Connector, ResourceDeclaration } from '../contract/connector.ts';
import type { JsonObject } from '../contract/json.ts';
import type { LookupTable } from '../mapping/expression/functions.ts';
import type { Finding } from './finding.ts';
import type { Settings } from './parts/settings.ts';
import type { ShapeName } from './shape-names.ts';
import type { SourceDocument } from './text/source-document.ts';
import type { SourceFile } from './text/source-file.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** A workspace's files, read and checked. Holds no secret: references such as `${NAME}` stand as they are written. */
export interface Workspace {
  /** Folder that relative paths in connection configurations start from. */
  readonly dir: string;
  readonly env: Env;
  /** By path; a workspace's own file stands in place of the built-in one. */
  readonly files: ReadonlyMap<string, SourceFile>;
  /** Everything that is wrong, sorted by file, line and column. */
  readonly findings: readonly Finding[];
  readonly flows: ReadonlyMap<string, FlowEntry>;
  /** Flow tests, by the path of their file. */
  readonly tests: ReadonlyMap<string, TestEntry>;
  readonly connections: ReadonlyMap<string, ConnectionEntry>;
  readonly connectors: ReadonlyMap<string, ConnectorEntry>;
  readonly entities: ReadonlyMap<string, EntityEntry>;
  readonly tables: ReadonlyMap<string, TableEntry>;
  readonly settings: Settings;
}

export interface FlowEntry {
  readonly name: string;
  readonly file: string;
  readonly document: SourceDocument;
  /** What the file says, references such as `${NAME}` resolved; a FlowFile where there is no error among the findings. */
  readonly value: unknown;
  /** Findings in this file and in the mapping file it names. A flow with an error among them cannot be compiled. */
  readonly findings: readonly Finding[];
}

/** A file of flow tests. */
export interface TestEntry {
  readonly file: string;
  /** The flow under test; empty where the file does not say one. */
  readonly flow: string;
  readonly document: SourceDocument;
  /** A TestFile where there is no error among the findings. */
  readonly value: unknown;
  readonly findings: readonly Finding[];
}

export interface ConnectionEntry {
  readonly name: string;
  readonly connector: string;
  /** References in it are resolved when the connection is opened, not before. */
  readonly config: JsonObject;
  readonly resources: Readonly<Record<string, ResourceDeclaration>>;
  readonly limits: JsonObject;
  /** Over that of the connector. */
  /** As it is written: a duration, perhaps with `${NAME}` in it. */
  readonly settle?: string;
  /** Whose clock shows a time that names no zone (IANA); over that of the connector. */
  readonly timezone?: string;
  /** `responses` and `error`. */
  readonly answers: JsonObject;
  /** `allow`, `proxy` and `tls`, as they are written. */
  readonly network: JsonObject;
  /** Findings about this connection alone. */
  readonly findings: readonly Finding[];
}

export interface ConnectorEntry {
  readonly name: string;
  readonly file: string;
  readonly kind: 'manifest' | 'code';
  /** The manifest; for a connector written in code, what stands for that code and changes with it. */
  readonly document: SourceFile;
  /** Absent where the connector is too broken to be used. */
  readonly connector: Connector | undefined;
  readonly findings: readonly Finding[];
}

export interface EntityEntry {
  readonly name: string;
  readonly file: string;
  readonly schema: JsonObject;
}

export interface TableEntry {
  readonly name: string;
  readonly file: string;
  readonly table: LookupTable;
  readonly findings: readonly Finding[];
}

/** What the package itself brings: loaded once, the same for every workspace. */
export interface Builtin {
  readonly version: string;
  /** Schemas of the workspace's own kinds of files. */
  readonly shapes: Readonly<Record<ShapeName, JsonObject>>;
  /** Manifests, code connectors and entity schemas. */
  readonly files: readonly SourceFile[];
  readonly code: ReadonlyMap<string, CodeConnector>;
}

/** A connector written in code, imported by the loader; or why it could not be. */
export type CodeConnector = { readonly connector: Connector } | { readonly problem: string };

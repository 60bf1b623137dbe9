/**
 * `tradelane/connector`: what a connector in code is written against. A connector is a value; see `Connector`.
 * What stands here changes with `connectorApiVersion` only.
 */

export type {
  Clock,
  ConnectionLimits,
  ConnectionSettings,
  ConnectorLog,
  ConnectorTools,
  CursorTime,
  CursorTrouble,
  EntityMapping,
  Found,
  NetworkSettings,
  OpenConnection,
  Page,
  PageLengths,
  ReadDate,
  ReadRequest,
  Resource,
  ResourceDeclaration,
  SourceRecord,
  Write,
  WriteItem,
  WriteResult,
} from '../contract/connector.ts';
export { type Connector, connectorApiVersion, defaultSettleMs } from '../contract/connector.ts';
export { Fault, type FaultDetails, toFault } from '../contract/fault.ts';
export { type FaultCode, type FaultKind, faultCodes, isFaultCode } from '../contract/fault-table.ts';
export type { JsonObject } from '../contract/json.ts';
export type { Soon } from '../contract/soon.ts';

import type { Clock } from '../../../../src/contract/connector.ts';
import type { Random } from '../../../../src/simulator/random.ts';
import type { EffectLog } from '../../../../src/simulator/simulator.ts';
import { customerType, itemType, lineType, orderType } from './entity-types.ts';
import { defaultsOf, type EntityType, type Values } from './fields.ts';
import type { Row, Table } from './table.ts';
import { createTable } from './table.ts';

/** The one company of the simulated tenant: its tables, and what every change to them needs. */
export interface Company {
  readonly id: string;
  readonly name: string;
  readonly customers: Table;
  readonly items: Table;
  readonly salesOrders: Table;
  readonly salesOrderLines: Table;
  /** The next number of a number series: `S-ORD101001`, `C00020`. */
  takeNumber(series: 'S-ORD' | 'C'): string;
  newGuid(): string;
  /** The ERP's time, in the one form in which times are kept: UTC, milliseconds. */
  now(): string;
  insert(table: Table, values: Values): Row;
  /** Lays values over a row and moves its `lastModifiedDateTime` and ETag. */
  change(table: Table, row: Row, values: Values): void;
  /** Notes a change that a client made, for tests that count effects. */
  note(table: Table, row: Row, action: 'create' | 'update' | 'delete'): void;
}

export interface CompanyOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly effects: EffectLog;
}

/** Local currency, and the one tax rate of this company, in percent. */
export const localCurrency = 'EUR';
export const taxPercent = '19';

export function createCompany({ clock, random, effects }: CompanyOptions): Company {
  const newGuid = (): string => createGuid(random);
  const now = (): string => new Date(clock.now()).toISOString();
  const series = { 'S-ORD': 101_000, C: 10 };
  return {
    id: newGuid(),
    name: 'Tradelane Demo',
    customers: createTable(customerType),
    items: createTable(itemType),
    salesOrders: createTable(orderType),
    salesOrderLines: createTable(lineType),
    newGuid,
    now,
    takeNumber(name) {
      series[name] += name === 'C' ? 10 : 1;
      return name === 'C' ? `C${String(series.C).padStart(5, '0')}` : `${name}${series[name]}`;
    },
    insert: (table, values) =>
      table.insert({ ...blank(table.type), ...values, id: newGuid(), lastModifiedDateTime: now() }),
    change: (table, row, values) => table.change(row, { ...values, lastModifiedDateTime: now() }),
    note: (table, row, action) =>
      effects.append({
        system: 'business-central',
        resource: table.type.set,
        key: keyOf(row),
        action,
        version: String(row.version),
      }),
  };
}

/** What an integration knows the record by: the shop's own number, where the order has one. */
function keyOf({ values }: Row): string {
  return String(
    values['externalDocumentNumber'] || values['number'] || `${values['documentId']}/${values['sequence']}`,
  );
}

const blanks = new Map<EntityType, Values>();

function blank(type: EntityType): Values {
  const known = blanks.get(type);
  if (known !== undefined) return known;
  const made = defaultsOf(type);
  blanks.set(type, made);
  return made;
}

function createGuid(random: Random): string {
  const hex = (digits: number): string =>
    Math.floor(random.next() * 16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(8)}${hex(4)}`;
}

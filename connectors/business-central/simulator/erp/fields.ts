/**
 * How fields behave in Business Central. `code` is text that the ERP trims and turns to upper case when it stores
 * it: an order sent as `web-7` is found as `WEB-7`. Nothing is ever null: an unset field holds its kind's default.
 */
export type FieldKind =
  | 'code'
  | 'text'
  | 'decimal'
  | 'integer'
  | 'boolean'
  | 'date'
  | 'dateTime'
  | 'guid'
  | 'option';

export interface Field {
  readonly kind: FieldKind;
  /** Characters, for code and text. */
  readonly max: number;
  readonly options: readonly string[];
  readonly readOnly: boolean;
  /** A code that must exist in another table. */
  readonly relation: 'country' | 'currency' | undefined;
}

/** What a row holds: decimals as decimal strings, so that no cent is lost inside the simulator. */
export type Value = string | number | boolean;
export type Values = Record<string, Value>;

export interface EntityType {
  /** In messages: `Microsoft.NAV.salesOrder`. */
  readonly name: string;
  /** In paths: `salesOrders`. */
  readonly set: string;
  /** The ERP's own table, as its messages name it: `Sales Header`. */
  readonly table: string;
  readonly fields: Readonly<Record<string, Field>>;
  /** Fields whose `eq` filters are answered from an index. */
  readonly indexes: readonly string[];
}

export const emptyGuid = '00000000-0000-0000-0000-000000000000';

export const code = (max: number): Field => ({ ...plain('code'), max });
export const text = (max: number): Field => ({ ...plain('text'), max });
export const decimal: Field = plain('decimal');
export const integer: Field = plain('integer');
export const boolean: Field = plain('boolean');
export const date: Field = plain('date');
export const dateTime: Field = plain('dateTime');
export const guid: Field = plain('guid');
export const option = (...options: string[]): Field => ({ ...plain('option'), options });
export const country: Field = { ...code(10), relation: 'country' };
export const currency: Field = { ...code(10), relation: 'currency' };

export function readOnly(field: Field): Field {
  return { ...field, readOnly: true };
}

export function defaultOf(field: Field): Value {
  switch (field.kind) {
    case 'code':
    case 'text':
      return '';
    case 'decimal':
      return '0';
    case 'integer':
      return 0;
    case 'boolean':
      return false;
    case 'date':
      return '0001-01-01';
    case 'dateTime':
      return '0001-01-01T00:00:00Z';
    case 'guid':
      return emptyGuid;
    case 'option':
      return field.options[0] ?? '';
  }
}

export function defaultsOf(type: EntityType): Values {
  return Object.fromEntries(Object.entries(type.fields).map(([name, field]) => [name, defaultOf(field)]));
}

function plain(kind: FieldKind): Field {
  return { kind, max: 0, options: [], readOnly: false, relation: undefined };
}

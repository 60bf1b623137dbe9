import { describe, expect, it } from 'vitest';
import { createMasks } from '../../../src/schema/masks.ts';
import { isPrivateName, mayBePrivateName } from '../../../src/schema/private-names.ts';
import { redact, toPrivacy, topPlace } from '../../../src/schema/redact.ts';
import type { WalkedSchema } from '../../../src/schema/walk-schema.ts';

const personal = { type: 'string', 'x-personal': true };
const address = {
  $id: 'https://example.org/address.json',
  $defs: { line: personal },
  type: 'object',
  properties: { line1: { $ref: '#/$defs/line' }, country: { type: 'string' } },
};
const customer: WalkedSchema = {
  schema: {
    $id: 'https://example.org/customer.json',
    type: 'object',
    properties: {
      number: { type: 'string' },
      name: personal,
      email: personal,
      addresses: { type: 'array', items: { $ref: 'address.json' } },
      quantity: { type: 'string' },
      token: { type: 'string', writeOnly: true },
    },
  },
  refs: [address],
};

const entity = {
  number: 'C10001',
  name: 'Tessa Lang',
  email: 'tessa.lang.c10001@example.org',
  addresses: [{ line1: 'Hauptstraße 5', country: 'DE' }],
  quantity: '5',
};

function redacted(native: unknown, schema?: WalkedSchema) {
  const privacy = toPrivacy([{ ...customer, value: entity }]);
  return redact(native, privacy, { at: topPlace(schema), masks: createMasks() });
}

describe('redaction', () => {
  it('masks in the native record what is personal in the canonical one, wherever it stands', () => {
    const { value, masked, byName } = redacted({
      Username: 'C10001',
      First: 'Tessa',
      Whole: 'TESSA LANG',
      xp: { contacts: ['Lang, Tessa', 'tessa.lang.c10001@example.org'] },
      Label: 'To: Hauptstraße 5, DE',
    });
    expect(value).toEqual({
      Username: 'C10001',
      First: 'Xxxxx',
      Whole: 'XXXXX XXXX',
      xp: { contacts: ['Xxxx, Xxxxx', 'xxxxx.xxxx.x00000@xxxxxxx.xxx'] },
      Label: 'Xx: Xxxxxxxxxxx 0, XX',
    });
    expect(masked).toEqual(['First', 'Whole', 'xp.contacts[0]', 'xp.contacts[1]', 'Label']);
    expect(byName).toEqual([]);
  });

  it('leaves keys alone, and short values that are private by chance only', () => {
    expect(redacted({ id: 'c10001', count: '5', other: 5, lang: 'la', on: true, none: null }).value).toEqual({
      id: 'c10001',
      count: '5',
      other: 5,
      lang: 'la',
      on: true,
      none: null,
    });
  });

  it('follows the schema into other schemas, and masks secrets', () => {
    const { value } = redact(
      { ...entity, token: 'abc', addresses: [{ line1: 'Am Ring 1', country: 'DE' }] },
      { private: new Set(), open: new Set(), isBlind: false },
      { at: topPlace(customer), masks: createMasks() },
    );
    expect(value).toEqual({
      number: 'C10001',
      name: 'Xxxxx Xxxx',
      email: 'xxxxx.xxxx.x00000@xxxxxxx.xxx',
      addresses: [{ line1: 'Xx Xxxx 0', country: 'DE' }],
      quantity: '5',
      token: 'xxx',
    });
  });

  it('goes by names where no schema speaks of a member, and says so', () => {
    const { value, byName } = redacted({
      fax_number: '+49 731 123',
      Name: 'Desk',
      xp: { IBAN: 'DE02 1203' },
    });
    expect(value).toEqual({ fax_number: '+00 000 000', Name: 'Desk', xp: { IBAN: 'XX00 0000' } });
    expect(byName).toEqual(['fax_number', 'xp.IBAN']);
  });

  it('goes by more names where no schema speaks of anything', () => {
    const { value } = redact(
      { name: 'Tessa', sku: 'A-1', comment: 'ring twice', zip: 89073, active: true },
      toPrivacy([]),
      { at: topPlace(undefined), masks: createMasks() },
    );
    expect(value).toEqual({ name: 'Xxxxx', sku: 'A-1', comment: 'xxxx xxxxx', zip: 0, active: true });
  });

  it('does not believe a schema that marks nothing', () => {
    const plain = { schema: { type: 'object', properties: { email: { type: 'string' } } } };
    expect(redacted({ email: 'a@b.example' }, plain).value).toEqual({ email: 'x@x.xxxxxxx' });
  });
});

describe('names', () => {
  it.each([
    'firstName',
    'LAST_NAME',
    'E-Mail',
    'billing_address_1',
    'Street2',
    'PostCode',
    'dateOfBirth',
    'Vorname',
    'straße',
    'vat_number',
  ])('are private: %s', (name) => expect(isPrivateName(name)).toBe(true));
  it.each([
    'sku',
    'hotel',
    'label',
    'currency',
    'number',
    'customerId',
    'productName',
    'addressId',
    'line3',
    'status',
    'capacity',
  ])('are not: %s', (name) => expect(mayBePrivateName(name)).toBe(false));
  it.each(['name', 'customer_name', 'Comment'])('may be: %s', (name) => {
    expect([isPrivateName(name), mayBePrivateName(name)]).toEqual([false, true]);
  });
});

describe('masks', () => {
  it('are the same for the same text and differ for two of one form', () => {
    const masks = createMasks();
    const [first, second] = [masks.of('anna@mail.example'), masks.of('otto@mail.example')];
    expect([first, second]).toEqual(['xxxx@xxxx.xxxxxxx', 'xxxa@xxxx.xxxxxxx']);
    expect(masks.of('anna@mail.example')).toBe(first);
    const many = Array.from({ length: 200 }, (_, nth) => masks.of(`k${String(nth).padStart(3, '0')}`));
    expect(new Set(many).size).toBe(200);
    expect(many.every((mask) => /^[a-z]\d{3}$/.test(String(mask)))).toBe(true);
  });

  it('keep dates dates', () => {
    const masks = createMasks();
    expect([masks.of('1980-05-01'), masks.of('1990-06-02')]).toEqual(['2000-01-01', '2000-01-01']);
  });
});

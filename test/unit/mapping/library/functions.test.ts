import { describe, expect, it } from 'vitest';
import { Fault } from '../../../../src/contract/fault.ts';
import { compileExpression, functionNames } from '../../../../src/mapping/expression/expression.ts';
import { jsonataFunctionNames } from '../../../../src/mapping/expression/jsonata-functions.ts';
import { skippedReason } from '../../../../src/mapping/expression/raised.ts';

const rows = new Map<string, unknown>([
  ['Germany', 'DE'],
  ['19', { code: 'VAT19' }],
]);
const get = (key: string) => rows.get(key);

const tables = {
  countries: { get },
  lenient: { get, missing: 'leave' },
  given: { get, missing: { default: 'NET30' } },
} as const;

const input = {
  qty: '3',
  price: '19.99',
  empty: [],
  one: ['1.10'],
  amounts: ['0.1', 0.2, '10'],
  country: 'Germany',
  secret: 'hunter2',
  nothing: null,
  address: { city: 'Bern' },
};

async function evaluate(text: string, bindings?: Record<string, unknown>): Promise<unknown> {
  return await compileExpression(text, { functions: { tables } }).evaluate(input, bindings);
}

it('reads a time without a zone by the clock of the connection', async () => {
  const functions = { tables: {}, timezone: 'Europe/Berlin' };
  const cases = [
    ['$date("2026-07-01T12:00:00")', '2026-07-01T10:00:00Z'],
    ['$date("01.07.2026 12:00", "dd.MM.yyyy HH:mm")', '2026-07-01T10:00:00Z'],
    ['$date("2026-07-01T12:00:00", null, "UTC")', '2026-07-01T12:00:00Z'],
    ['$date("2026-07-01T12:00:00Z")', '2026-07-01T12:00:00Z'],
    ['$toMillis("2026-07-01T12:00:00")', Date.UTC(2026, 6, 1, 10)],
    ['$toMillis("2026-07-01T12:00:00Z")', Date.UTC(2026, 6, 1, 12)],
    ['$toMillis("01.07.2026 12:00", "[D01].[M01].[Y] [H01]:[m01]")', Date.UTC(2026, 6, 1, 10)],
    ['["2026-07-01T12:00:00"].$toMillis()', Date.UTC(2026, 6, 1, 10)],
  ] as const;
  for (const [text, expected] of cases)
    expect(await compileExpression(text, { functions }).evaluate({}), text).toBe(expected);
});

describe('mapping functions', () => {
  it.each([
    ['$decimal(12.5)', '12.5'],
    ['$decimal("12.50")', '12.50'],
    ['$decimal(" +007.10 ")', '7.10'],
    ['$decimal("1e3")', '1000'],
    ['$decimal("1.5E-7")', '0.00000015'],
    ['$decimal(1e21)', '1000000000000000000000'],
    ['$decimal("-0.00")', '0.00'],
    ['$decimal(".5")', '0.5'],
    ['$decimal("5.")', '5'],
    ['$decimal(missing)', undefined],
    ['$plus("0.1", 0.2)', '0.3'],
    ['$plus("12.50", "1")', '13.50'],
    ['$plus("-1", "1.00")', '0.00'],
    ['$minus("10", "0.01")', '9.99'],
    ['$minus("1.00", "1.00")', '0.00'],
    ['$times(qty, price)', '59.97'],
    ['$times("1.10", "2.0")', '2.200'],
    ['$times("99999999999999999999", "99999999999999999999")', '9999999999999999999800000000000000000001'],
    ['$dividedBy("10", "4")', '2.5'],
    ['$dividedBy("1", "3")', '0.33333333333333333333'],
    ['$dividedBy("2", "3")', '0.66666666666666666667'],
    ['$dividedBy("100", "4")', '25'],
    ['$total(amounts)', '10.3'],
    ['$total(one)', '1.10'],
    ['$total(empty)', '0'],
    ['$total([missing])', '0'],
    ['$total(missing)', undefined],
    ['$plus(missing, "1")', undefined],
    ['$rounded("2.345", 2)', '2.35'],
    ['$rounded("-2.345", 2)', '-2.35'],
    ['$rounded("2.345", 2, "half-even")', '2.34'],
    ['$rounded("2.355", 2, "half-even")', '2.36'],
    ['$rounded("2.345", 2, "half-down")', '2.34'],
    ['$rounded("2.341", 2, "up")', '2.35'],
    ['$rounded("2.349", 2, "down")', '2.34'],
    ['$rounded("-2.341", 2, "floor")', '-2.35'],
    ['$rounded("-2.349", 2, "ceiling")', '-2.34'],
    ['$rounded("2.5")', '3'],
    ['$rounded("2", 2)', '2.00'],
    ['$rounded("1250", -2)', '1300'],
    ['$rounded(1.005, 2)', '1.01'],
    ['$money("12.5", "EUR")', { amount: '12.50', currency: 'EUR' }],
    ['$money(12.345, "eur")', { amount: '12.35', currency: 'EUR' }],
    ['$money("12.5", "JPY")', { amount: '13', currency: 'JPY' }],
    ['$money("1.2345", "KWD")', { amount: '1.235', currency: 'KWD' }],
    ['$money("-0.005", "USD")', { amount: '-0.01', currency: 'USD' }],
    ['$money("1234.5", "HUF")', { amount: '1234.50', currency: 'HUF' }],
    ['$money(missing, "EUR")', undefined],
    ['$money("1", missing)', undefined],
    ['$date("2026-03-01T12:00:00+02:00")', '2026-03-01T10:00:00Z'],
    ['$date("2026-03-01T12:00:00.250Z")', '2026-03-01T12:00:00.250Z'],
    ['$date("2026-03-01")', '2026-03-01T00:00:00Z'],
    ['$date("2026-07-01", null, "Europe/Berlin")', '2026-06-30T22:00:00Z'],
    ['$date("01.03.2026 08:15", "dd.MM.yyyy HH:mm", "Europe/Berlin")', '2026-03-01T07:15:00Z'],
    ['$date("12/1/2010 8:26", "M/d/yyyy H:mm", "Europe/London")', '2010-12-01T08:26:00Z'],
    ['$date("2026-03-01T12:00:00.123456789Z")', '2026-03-01T12:00:00.123456789Z'],
    ['$date("2026-03-01 12:00:00")', '2026-03-01T12:00:00Z'],
    ['$date("2026-03-01T12:00:00+0200")', '2026-03-01T10:00:00Z'],
    ['$date("/Date(1763640000000)/")', '2025-11-20T12:00:00Z'],
    ['$date("2026-W10-2")', '2026-03-03T00:00:00Z'],
    ['$date("2026-061")', '2026-03-02T00:00:00Z'],
    ['$date("2026-03-29T02:30:00", null, "Europe/Berlin")', '2026-03-29T01:30:00Z'],
    ['$date("25.10.2026 02:30", "dd.MM.yyyy HH:mm", "Europe/Berlin")', '2026-10-25T00:30:00Z'],
    ['$date("01.11.2026 01:30 -05:00", "dd.MM.yyyy HH:mm ZZ", "America/New_York")', '2026-11-01T06:30:00Z'],
    ['$date("03/28", "MM/yy")', '2028-03-01T00:00:00Z'],
    ['$date(missing)', undefined],
    ['$toMillis("2026-03-01T12:00:00")', Date.UTC(2026, 2, 1, 12)],
    ['$toMillis("2026-03-01T12:00:00Z")', Date.UTC(2026, 2, 1, 12)],
    ['$fromMillis(0)', '1970-01-01T00:00:00.000Z'],
    ['$lookup("countries", country)', 'DE'],
    ['$lookup("countries", 19).code', 'VAT19'],
    ['$lookup("countries", "Atlantis", "XX")', 'XX'],
    ['$lookup("countries", "Atlantis", null)', null],
    ['$lookup("countries", "Atlantis", missing)', undefined],
    ['$lookup("countries", null, "XX")', 'XX'],
    ['$lookup("countries", missing, "XX")', 'XX'],
    ['$lookup("countries", country, "XX")', 'DE'],
    ['$lookup(address, "street", "-")', '-'],
    ['$lookup("countries", "Atlantis") ?? "XX"', 'XX'],
    ['$lookup("countries", "Atlantis").code ?: "XX"', 'XX'],
    ['$lookup("countries", "Atlantis") ? "there" : "not"', 'not'],
    ['$exists($lookup("countries", "Atlantis"))', false],
    ['$exists($lookup("countries", "Atlantis")) and 1 = 1 ? 1 : 2', 2],
    ['($c := $lookup("countries", "Atlantis"); $exists($c) ? $c : "none")', 'none'],
    ['($c := $lookup("countries", "Atlantis"); $c.code ?: "none")', 'none'],
    ['$lookup("lenient", "Atlantis")', undefined],
    ['$lookup("given", "Atlantis")', 'NET30'],
    ['$lookup("given", "Germany")', 'DE'],
    ['$lookup("countries", "Atlantis") ?: "XX"', 'XX'],
    ['$lookup("countries", missing)', undefined],
    ['$lookup(address, "city")', 'Bern'],
    ['$lookup([address, address], "city")', ['Bern', 'Bern']],
    ['$map(amounts, $decimal)', ['0.1', '0.2', '10']],
    ['price ~> $times(2) ~> $rounded(0)', '40'],
    ['($double := $times(?, 2); $double(price))', '39.98'],
  ])('%s gives %j', async (text, expected) => {
    expect(await evaluate(text)).toEqual(expected);
  });

  it.each([
    ['$decimal("1.234,56")', 'argument 1 of $decimal must be a decimal text, got a string'],
    ['$decimal("")', 'argument 1 of $decimal must be a decimal text, got a string'],
    ['$decimal("12 EUR")', 'argument 1 of $decimal must be a decimal text, got a string'],
    ['$decimal("0x10")', 'argument 1 of $decimal must be a decimal text, got a string'],
    ['$decimal(true)', 'argument 1 of $decimal must be a number or a decimal text, got a boolean'],
    ['$plus(nothing, 1)', 'argument 1 of $plus (`nothing`) must be a number or a decimal text, got null'],
    [
      '$times(1, address)',
      'argument 2 of $times (`address`) must be a number or a decimal text, got an object',
    ],
    ['$total(["1", "x"])', 'argument 1 of $total must be a decimal text, got a string'],
    ['$dividedBy(1, "0.00")', 'argument 2 of $dividedBy is zero'],
    [
      '$rounded("1", "2")',
      'argument 2 of $rounded must be a whole number of digits (at most 100), got a string',
    ],
    ['$rounded("1", 2, "bankers")', 'argument 3 of $rounded must be one of half-up, half-even'],
    [
      '$money("1", "EURO")',
      'argument 2 of $money must be an ISO 4217 currency code such as "EUR", got a string',
    ],
    [
      '$money("1", "XAU")',
      'argument 2 of $money must be an ISO 4217 currency code such as "EUR", got a string',
    ],
    ['$date(20260301)', 'argument 1 of $date must be a text, got a number'],
    ['$date("10:00")', 'argument 1 of $date is not an ISO 8601 date'],
    ['$date("T10:00")', 'argument 1 of $date is not an ISO 8601 date'],
    ['$date("2026")', 'argument 1 of $date is not an ISO 8601 date'],
    ['$date("2026-03")', 'argument 1 of $date is not an ISO 8601 date'],
    ['$date("1763640000")', 'argument 1 of $date is not an ISO 8601 date'],
    ['$date("")', 'argument 1 of $date is not an ISO 8601 date'],
    ['$date("0000-00-00 00:00:00")', 'argument 1 of $date is not an ISO 8601 date'],
    ['$date("2026-02-29")', 'argument 1 of $date is not an ISO 8601 date'],
    ['$date("10:00", "HH:mm")', 'a time of the day alone is none'],
    ['$date("01.03.", "dd.MM.")', 'argument 1 of $date is not a date written as "dd.MM."'],
    ['$date("yesterday")', 'argument 1 of $date is not an ISO 8601 date'],
    ['$date("2026-03-01", "dd.MM.yyyy")', 'argument 1 of $date is not a date written as "dd.MM.yyyy"'],
    ['$date("2026-03-01", null, "Mars/Base")', 'argument 3 of $date must be an IANA time zone'],
    [
      '$lookup(secret, "x")',
      'argument 1 of $lookup names no lookup table (there are: countries, given, lenient)',
    ],
    ['$lookup("countries", "Atlantis")', '$lookup: the table "countries" has no row for "Atlantis"'],
    [
      '$lookup("countries", " Germany ")',
      'it has one for "Germany": $trim, $uppercase or $lowercase the key',
    ],
    ['$lookup("countries", 20).code', 'the table "countries" has no row for "20"'],
    ['$lookup("countries", "Atlantis") = "DE"', 'the table "countries" has no row for "Atlantis"'],
    ['[price].($lookup("countries", $))', 'the table "countries" has no row for "19.99"'],
    ['($c := $lookup("countries", "Atlantis"); $c)', 'the table "countries" has no row for "Atlantis"'],
    ['$lookup("countries", nothing)', 'argument 2 of $lookup (`nothing`) '],
    ['$lookup("countries", amounts)', 'argument 2 of $lookup (`amounts`) '],
    ['$lookup("countries", qty = "3")', 'argument 2 of $lookup'],
    ['$xref("customer", "1")', '$xref has no cross-references to read here'],
    ['$fail("TL_TARGET_UNKNOWN", "x")', 'codes that begin with TL_ are kept for the engine'],
    ['$skip(1)', 'argument 1 of $skip must be a string, got a number'],
  ])('%s is refused: %s', async (text, message) => {
    const fault = await evaluate(text).catch((thrown: unknown) => thrown);
    expect(fault).toBeInstanceOf(Fault);
    expect(fault).toMatchObject({
      code: 'TL_MAP_FAILED',
      kind: 'rejected',
      message: expect.stringContaining(message),
    });
    expect(String(fault)).not.toContain('hunter2');
  });

  it.each([
    ['$fail("NO_TAX", "no tax code")', 'NO_TAX', 'no tax code'],
    ['$fail("", "no tax code")', 'TL_MAP_REFUSED', 'no tax code'],
    ['$fail(missing, "no tax code")', 'TL_MAP_REFUSED', 'no tax code'],
    ['[1,2].{"a": $fail("DEEP", "deep inside")}', 'DEEP', 'deep inside'],
    ['$eval("$fail(\\"E\\", \\"evaluated\\")")', 'E', 'evaluated'],
  ])('%s fails with the code of the flow', async (text, code, message) => {
    await expect(evaluate(text)).rejects.toMatchObject({ name: 'Fault', code, kind: 'rejected', message });
  });

  it.each([
    ['$skip("is a draft")', 'is a draft'],
    ['$skip()', 'no reason given'],
    ['$map([1,2], function($n) { $n = 2 ? $skip("two") : $n })', 'two'],
  ])('%s is told apart from a failure', async (text, reason) => {
    const thrown = await evaluate(text).catch((error: unknown) => error);
    expect(skippedReason(thrown)).toBe(reason);
    expect(skippedReason(new Error('other'))).toBeUndefined();
  });

  it('reads cross-references through the binding', async () => {
    const asked: unknown[] = [];
    const xref = async (entity: string, id: string) => {
      asked.push([entity, id]);
      return id === '7' ? 'C-7' : undefined;
    };
    expect(await evaluate('$xref("customer", 7)', { xref })).toBe('C-7');
    expect(await evaluate('$xref("customer", "8") ?: "unknown"', { xref })).toBe('unknown');
    expect(await evaluate('$xref("customer", missing)', { xref })).toBeUndefined();
    expect(await evaluate('$xref("customer", null)', { xref })).toBeUndefined();
    expect(await evaluate('$xref("customer", "")', { xref })).toBeUndefined();
    expect(asked).toEqual([
      ['customer', '7'],
      ['customer', '8'],
    ]);
    await expect(evaluate('$xref(address, "1")', { xref })).rejects.toThrow(
      'argument 1 of $xref (`address`) must be the name',
    );
  });

  it('lets the fault of a cross-reference pass as it is', async () => {
    const xref = async () => {
      throw new Fault('TL_STORE_UNAVAILABLE', 'database is away');
    };
    await expect(evaluate('$xref("customer", "1")', { xref })).rejects.toMatchObject({
      code: 'TL_STORE_UNAVAILABLE',
    });
  });

  it('knows every function of JSONata by name', async () => {
    for (const name of jsonataFunctionNames) {
      const found = (await compileExpression(`$type($${name})`).evaluate({})) as string;
      expect(found, name).toBe('function');
    }
    expect(functionNames()).toContain('xref');
    expect(functionNames()).toEqual([...functionNames()].sort());
  });
});

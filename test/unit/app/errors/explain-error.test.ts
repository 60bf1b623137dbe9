import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { explainError } from '../../../../src/app/errors/explain/explain-error.ts';
import type { Explained, FlowNames } from '../../../../src/app/errors/explain/facts.ts';
import { memberWords } from '../../../../src/app/errors/explain/member-words.ts';
import { faultCodes } from '../../../../src/contract/fault-table.ts';

const names: FlowNames = { flow: 'orders-to-erp', record: 'order', source: 'shop', target: 'erp' };

const explain = (code: string, message: string, more: Partial<Explained> = {}) =>
  explainError({ code, message, standing: 'error', names, id: 17, ...more });

describe('explainError', () => {
  // What each code says in its real words stands in docs/faults.md, which is generated from the examples there.
  it.each(faultCodes)('has whole sentences for %s, however little is known', (code) => {
    for (const standing of ['error', 'waiting', 'run'] as const) {
      for (const message of ['', 'something', 'erp: `a[0].b` must be this; `c` is missing']) {
        const { sentence, next } = explainError({ code, message, standing, names: {} });
        expect(sentence).toMatch(/^[A-Z`"].*[.!?…]$|^erp .*[.!?…]$/);
        expect(next).toMatch(/^[A-Z].*\.$/);
        expect(`${sentence} ${next}`).not.toMatch(/undefined|null|TL_| {2}|\.\.|: \./);
      }
    }
  });

  it('names commands that there are, with options that they have', () => {
    const helps = JSON.parse(
      readFileSync(new URL('../../../../bin/help.json', import.meta.url), 'utf8'),
    ) as Record<string, string>;
    for (const code of faultCodes) {
      for (const standing of ['error', 'waiting', 'run'] as const) {
        const { command } = explain(code, 'erp: the id "3" is taken', { standing, run: 4 });
        const [program, ...words] = command?.split(' ') ?? ['tradelane', 'status'];
        const name =
          [words.slice(0, 2).join(' '), words[0] ?? ''].find((each) => helps[each] !== undefined) ?? '';
        expect([code, program, name]).toEqual([code, 'tradelane', expect.stringMatching(/./)]);
        for (const option of words.filter((word) => word.startsWith('--')))
          expect(helps[name]).toContain(`${option} `);
      }
    }
  });

  it('says whether a person has to replay, or it goes on by itself', () => {
    const nextOf = (standing: Explained['standing']) =>
      explain('TL_SYSTEM_UNREACHABLE', 'erp: POST /x: refused', { standing, run: 3 });
    expect(nextOf('error')).toMatchObject({ command: 'tradelane replay 17' });
    expect(nextOf('error').next).toBe('Replay it once erp works again.');
    expect(nextOf('waiting')).toMatchObject({ command: 'tradelane pending --flow orders-to-erp' });
    expect(nextOf('waiting').next).toContain('it is tried again by itself');
    expect(nextOf('run')).toMatchObject({ command: 'tradelane run orders-to-erp' });
  });

  it('gives the words of a flow and of a target as they are', () => {
    expect(explain('NO_TAX_CODE', 'no tax code for NO')).toMatchObject({
      sentence: 'No tax code for NO.',
      next: 'Do what the message says, then replay.',
    });
    const answer = { status: 422, message: 'Artikel A-17 ist gesperrt!' };
    expect(explain('TL_TARGET_REJECTED', 'erp: POST /x answered 422', { answer }).sentence).toBe(
      'erp refuses the order: Artikel A-17 ist gesperrt!',
    );
  });

  it('names the first value that does not fit, as a person would, and counts the others', () => {
    const message =
      'order (schemas/order.schema.json): `lines[2].sku` is missing; `currency` must be an ISO 4217 currency code, got "Eur"; did you mean "EUR"?';
    expect(explain('TL_VALIDATE_ENTITY', message).sentence).toBe(
      'Line 3 of the order has no sku. One more value is wrong.',
    );
    const masked =
      'customer (schemas/customer.schema.json): `email` must be an e-mail address, got "x.x" (masked)';
    expect(explain('TL_VALIDATE_ENTITY', masked).sentence).toBe(
      'E-mail of the order must be an e-mail address, got "x.x" (masked).',
    );
  });

  it('keeps to what is known where neither flow nor file are there any more', () => {
    expect(explain('TL_TARGET_REJECTED', 'refused', { names: {} })).toMatchObject({
      sentence: 'The target refuses the record.',
      next: 'Correct it in the source, which then sends it again; or remove the reason in the target, then replay.',
    });
  });
});

it.each([
  ['lines[2].unitPrice', 'unit price of line 3'],
  ['addresses[0].country', 'country of address 1'],
  ['categories[1]', 'category 2'],
  ['email', 'e-mail'],
  ['BillingAddress.Street1', 'street1 of billing address'],
  ['xp["VAT ID"]', 'VAT ID of xp'],
  ['customerSKU', 'customer SKU'],
  ['[3].number', 'number of item 4'],
  ['', ''],
])('memberWords calls %s "%s"', (path, words) => {
  expect(memberWords(path)).toBe(words);
});

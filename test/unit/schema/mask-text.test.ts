import { expect, it } from 'vitest';
import { maskText } from '../../../src/schema/mask-text.ts';

it.each([
  ['Ada Lovelace', 'Xxx Xxxxxxxx'],
  ['Žižkova 12, 1. Stock', 'Xxxxxxx 00, 0. Xxxxx'],
  ['ada.l@example.org', 'xxx.x@xxxxxxx.xxx'],
  ['+49 30 1234-5', '+00 00 0000-0'],
  ['1985-04-12', '2000-01-01'],
  ['2026-03-01T07:15:00+01:00', '2000-01-01T00:00:00Z'],
  ['8F3A0000-1111-4222-8333-444455556666', '00000000-0000-4000-8000-000000000000'],
  ['', ''],
])('keeps the form of %s and nothing else', (text, masked) => {
  expect(maskText(text)).toBe(masked);
});

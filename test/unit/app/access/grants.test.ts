import { describe, expect, it } from 'vitest';
import type { Grant, Role } from '../../../../src/app/access/caller.ts';
import {
  grantsText,
  isGranted,
  limitGrants,
  parseGrants,
  requireGrants,
} from '../../../../src/app/access/grants.ts';

const grant = (role: Role, flows: string): Grant => ({ role, flows });

describe('what may be given', () => {
  it.each([
    [[], 'expected one or more, got none'],
    [[grant('admin', 'orders-*')], 'an admin sees to what belongs to no flow'],
    [[grant('support', '')], 'expected the name of a flow'],
    [[grant('support', 'orders %')], 'expected the name of a flow'],
    [[grant('support', 'o\0')], 'expected the name of a flow'],
    [[grant('Admin' as Role, '*')], 'expected "viewer", "support", "integrator" or "admin", got "Admin"'],
    [[grant('toString' as Role, '*')], 'role: expected'],
    [Array.from({ length: 51 }, (_, nth) => grant('viewer', `flow-${nth}`)), 'at most 50, got 51'],
  ])('is refused with what was expected: %j', (grants, message) => {
    expect(() => requireGrants(grants)).toThrow(message);
  });

  it('is kept once', () => {
    const twice = [grant('support', '*@de'), grant('viewer', '*'), grant('support', '*@de')];
    expect(requireGrants(twice)).toEqual([grant('support', '*@de'), grant('viewer', '*')]);
  });
});

describe('whether somebody has as much', () => {
  const rights = [grant('support', 'orders-*'), grant('viewer', '*@de'), grant('integrator', 'prices')];
  it.each([
    [grant('support', 'orders-to-erp'), true],
    [grant('viewer', 'orders-*'), true],
    [grant('support', 'orders-*-erp'), true],
    [grant('integrator', 'orders-to-erp'), false],
    [grant('support', '*'), false],
    [grant('viewer', 'orders*'), false],
    [grant('viewer', 'stock@de'), true],
    [grant('viewer', 'stock-*@de'), true],
    [grant('viewer', '*@d*'), false],
    [grant('integrator', 'prices'), true],
    [grant('integrator', 'prices*'), false],
    [grant('admin', '*'), false],
  ])('%j: %s', (wanted, isTrue) => {
    expect(isGranted(wanted, rights)).toBe(isTrue);
  });

  it('leaves of what was given what they still have', () => {
    const given = [grant('integrator', 'orders-to-erp'), grant('viewer', 'orders-*'), grant('support', '*')];
    expect(limitGrants(given, rights)).toEqual([
      grant('support', 'orders-to-erp'),
      grant('viewer', 'orders-*'),
    ]);
    expect(limitGrants([grant('admin', '*')], [grant('viewer', '*')])).toEqual([grant('viewer', '*')]);
    expect(limitGrants(given, [])).toEqual([]);
  });
});

it('takes from the database only what it understands', () => {
  const kept = [
    grant('viewer', '*'),
    { role: 'owner', flows: '*' },
    { role: 'admin' },
    'admin',
    null,
    { flows: '*' },
  ];
  expect(parseGrants(kept)).toEqual([grant('viewer', '*')]);
  expect(parseGrants(null)).toEqual([]);
  expect(parseGrants({ role: 'admin', flows: '*' })).toEqual([]);
});

it('says them in words', () => {
  expect(grantsText([grant('admin', '*'), grant('viewer', '*@de')])).toBe(
    'admin over all flows, viewer over *@de',
  );
});

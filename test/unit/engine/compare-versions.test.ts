import { describe, expect, it } from 'vitest';
import { compareVersions } from '../../../src/engine/line/decide/compare-versions.ts';

const opposite = { older: 'newer', newer: 'older', same: 'same', unknown: 'unknown' } as const;

describe('compareVersions', () => {
  it.each([
    ['9', '10', 'older'],
    ['-2', '1', 'older'],
    ['18446744073709551616', '18446744073709551615', 'newer'],
    ['1763640000.123', '1763640000.124', 'older'],
    ['1.9', '2.1', 'older'],
    ['9.5', '10.25', 'older'],
    ['820982911946154508.1', '820982911946154508.09', 'newer'],
    ['-1.5', '-1.4', 'older'],
    ['1e+21', '999999999999999999999', 'newer'],
    ['2026-01-01T10:00:00Z', '2026-01-01T10:00:00.5Z', 'older'],
    ['2026-01-01T11:00:00+01:00', '2026-01-01T10:00:01Z', 'older'],
    ['2026-01-01T11:00:00+0100', '2026-01-01 10:00:01', 'older'],
    ['2026-01-01T11:00:00+01:00', '2026-01-01T10:00:00Z', 'same'],
    ['2026-01-01T10:00:00.1234567Z', '2026-01-01T10:00:00.1234568Z', 'older'],
    ['2026-01-01', '2026-01-02', 'older'],
    ['20260101', '20260102', 'older'],
    ['/Date(1763640000000)/', '/Date(1763640000001)/', 'older'],
    ['Fri, 20 Nov 2026 15:00:00 GMT', 'Mon, 23 Nov 2026 08:00:00 GMT', 'older'],
    ['v9', 'v10', 'older'],
    ['W/"9"', 'W/"10"', 'older'],
    ['0x00000000000007D1', '0x00000000000008A0', 'older'],
    ['01ARZ3NDEKTSV4RRFFQ69G5FAV', '01BX5ZZKBKACTAV9WEVGEMMVRZ', 'older'],
    ['same', 'same', 'same'],
  ] as const)('orders %s and %s', (a, b, expected) => {
    expect(compareVersions(a, b, 'UTC')).toBe(expected);
    expect(compareVersions(b, a, 'UTC')).toBe(opposite[expected]);
  });

  it.each([
    ['28.02.2026', '01.03.2026'],
    ['28.02.2026 08:00', '01.03.2026 08:00'],
    ['11/20/2026', '12/01/2026'],
    ['28 Feb 2026', '1 Mar 2026'],
    ['Feb 28, 2026', 'Mar 1, 2026'],
    ['2026-02-28', '01.03.2026'],
    ['7', '2026-03-01'],
    ['1763640000000', '2026-03-01T00:00:00Z'],
    ['1.9', '1.10'],
    ['1.2.9', '1.2.10'],
    ['v9', 'rev10'],
    ['5f3a9c1b', 'a1b2c3d4'],
    ['d41d8cd98f00b204e9800998ecf8427e', 'e41d8cd98f00b204e9800998ecf8427e'],
    ['a', 'b'],
    ['0000-00-00 00:00:00', '2026-03-01 00:00:00'],
    ['2026-03-01', '2026-03-01T10:00:00Z'],
  ])('tells that %s and %s have no order', (a, b) => {
    expect(compareVersions(a, b, 'UTC')).toBe('unknown');
    expect(compareVersions(b, a, 'UTC')).toBe('unknown');
  });

  it('reads a version without a zone by the clock of the connection', () => {
    expect(compareVersions('2026-07-01T10:00:00', '2026-07-01T08:30:00Z', 'Europe/Berlin')).toBe('older');
    expect(compareVersions('2026-07-01T10:00:00', '2026-07-01T08:30:00Z', 'UTC')).toBe('newer');
  });

  it('makes nothing older in the hour that a clock shows twice', () => {
    expect(compareVersions('2026-10-25T02:10:00', '2026-10-25T02:50:00', 'Europe/Berlin')).toBe('unknown');
    expect(compareVersions('2026-10-25T02:10:00', '2026-10-25T04:00:00', 'Europe/Berlin')).toBe('older');
    expect(compareVersions('2026-10-25T02:10:00', '2026-10-25T02:50:00', 'UTC')).toBe('older');
  });
});

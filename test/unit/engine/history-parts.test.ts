import { describe, expect, it } from 'vitest';
import { decideParts } from '../../../src/engine/history/tidy-history.ts';

const day = 86_400_000;
const limits = { maxAgeMs: 30 * day, maxBytes: 1_600 };
const part = (nth: number, wish: { days?: number; bytes?: number; isEmpty?: boolean } = {}) => ({
  part: nth,
  ageMs: (wish.days ?? 0) * day,
  bytes: wish.bytes ?? 10,
  isEmpty: wish.isEmpty ?? false,
});

describe('decideParts', () => {
  it('begins a part when the last is a day old, or has a sixteenth of the size', () => {
    expect(decideParts([part(1, { days: 0.9, bytes: 99 })], limits)).toEqual({ drop: [] });
    expect(decideParts([part(1, { days: 1 })], limits)).toEqual({ begin: 2, drop: [] });
    expect(decideParts([part(1), part(7, { bytes: 100 })], limits)).toEqual({ begin: 8, drop: [] });
  });

  it('begins one as often as the age asks for, where that is less than a day', () => {
    const anHour = { ...limits, maxAgeMs: day / 24 };
    expect(decideParts([part(1, { days: 0.05 })], anHour).begin).toBe(2);
  });

  it('goes on with what nothing has come to, however old or large it is', () => {
    expect(decideParts([part(3, { days: 400, bytes: 9_999, isEmpty: true })], limits)).toEqual({ drop: [] });
  });

  it('drops what is older than the beginning of the next part, and keeps the last', () => {
    const parts = [part(1, { days: 90 }), part(2, { days: 30 }), part(3, { days: 29 })];
    expect(decideParts(parts, limits).drop).toEqual([1]);
    expect(decideParts([part(1, { days: 90 })], limits).drop).toEqual([]);
  });

  it('drops the oldest beyond the size, and keeps the last, however large it is', () => {
    const parts = [
      part(1, { bytes: 500 }),
      part(2, { bytes: 601 }),
      part(4, { bytes: 900 }),
      part(5, { bytes: 100 }),
    ];
    expect(decideParts(parts, limits).drop).toEqual([1, 2]);
    expect(decideParts([part(1), part(2, { bytes: 5_000 })], limits).drop).toEqual([1]);
  });
});

import { expect, it } from 'vitest';
import { Fault } from '../../../src/contract/fault.ts';
import { present } from '../../../src/contract/present.ts';

it('passes on what is there, whatever it is', () => {
  expect([0, '', false].map((value) => present(value, 'it'))).toEqual([0, '', false]);
});

it.each([[undefined], [null]])('takes %s for a defect, and names what is missing', (value) => {
  const thrown = (() => {
    try {
      return present(value, 'the row of a count');
    } catch (error) {
      return error;
    }
  })();
  expect(thrown).toBeInstanceOf(Fault);
  expect(thrown).toMatchObject({
    code: 'TL_DEFECT',
    message: 'the row of a count is missing, which cannot be',
  });
});

import { expect, it } from 'vitest';
import { compileSchema } from '../../../../src/schema/compile-schema.ts';
import { workspaceSchema } from '../../../../src/workspace/editor/workspace-schemas.ts';
import { builtin, makeWorkspace, type Texts } from '../make-workspace.ts';

const test = (changed: object) => ({
  flow: 'orders-to-erp',
  cases: [{ case: 'one', record: {}, expect: { outcome: 'filtered' } }],
  ...changed,
});

/** Paths of what the schema for editors refuses. */
function refused(value: unknown, texts: Texts = {}): readonly string[] {
  const workspace = makeWorkspace({ 'config/tables/countries.yaml': 'values: {}\n', ...texts });
  return compileSchema(workspaceSchema('test', builtin.shapes.test, workspace))(value).map(
    ({ path }) => path,
  );
}

it('takes the flows, tables and entities of the workspace, and no others', () => {
  expect(refused(test({ tables: { countries: {} }, xref: { order: {} } }))).toEqual([]);
  expect(refused(test({ flow: 'order-to-erp' }))).toEqual(['flow']);
  expect(refused(test({ tables: { contries: {} } }))).toEqual(['tables']);
  expect(refused(test({ xref: { ordre: {} } }))).toEqual(['xref']);
});

it('takes any flow where one cannot be read, which may be the one', () => {
  expect(refused(test({ flow: 'order-to-erp' }), { 'flows/broken.yaml': 'flow: [' })).toEqual([]);
});

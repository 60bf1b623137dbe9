import { expect, test } from 'vitest';
import file from '../../../connectors/file/index.ts';

test('a proxy or certificates on a connection to files are refused, and not ignored', () => {
  const settings = { name: 'in', config: { path: './data' }, resources: {}, limits: {}, workspaceDir: '/' };
  expect(() => file.refuse?.({ ...settings, network: { tls: {} } })).toThrow(
    'network, proxy and tls are for connectors that go over a network',
  );
  expect(() => file.refuse?.(settings)).not.toThrow();
});

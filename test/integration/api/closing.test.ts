import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { createTestWorkspace } from '../../e2e/bad-input/workspace.ts';
import { serveForTests } from '../../support/servers/api.ts';

it('closes without waiting for who asks nothing, or reads nothing of what is told', async () => {
  await using workspace = await createTestWorkspace();
  const api = await serveForTests({ dir: workspace.dir, databaseUrl: workspace.database.url });
  const port = Number(new URL(api.url).port);
  const silent = connect(port, '127.0.0.1');
  const deaf = connect(port, '127.0.0.1');
  for (const socket of [silent, deaf]) await once(socket, 'connect');
  deaf.write('GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer viewer\r\n\r\n');
  await once(deaf, 'readable');
  const ended = [silent, deaf].map((socket) => once(socket.resume(), 'close'));
  const startedAt = performance.now();
  await api.close();
  expect(performance.now() - startedAt).toBeLessThan(20_000);
  await Promise.all(ended);
});

import { expect, it } from 'vitest';
import { useDatabase } from '../../support/database.ts';
import { serveForTests } from '../../support/servers/api.ts';
import { withExampleFolder } from '../../unit/docs/example-folder.ts';
import { faultBase, faultExamples, filesOf } from '../../unit/docs/fault-page.ts';

const database = useDatabase();

it.each(faultExamples('asked').map((example) => [example.code, example] as const))(
  'docs/faults.md tells what the API answers: %s',
  async (_code, example) => {
    const text = example.given.find(({ language }) => language === 'http')?.text ?? '';
    const told = await withExampleFolder(filesOf(example), faultBase, async (dir) => {
      const api = await serveForTests({ dir, databaseUrl: database.url });
      try {
        let last: unknown;
        for (const request of text.trim().split('\n\n')) last = (await api.ask(...parse(request))).body;
        return last;
      } finally {
        await api.close();
      }
    });
    const { code, detail } = told as { readonly code: string; readonly detail: string };
    expect(`${code}  ${detail}`).toBe(example.said);
  },
);

/** `GET /api/v1/errors`, and whose token comes with it. */
function parse(request: string): [method: string, path: string, asked: { as: string | null }] {
  const [line = '', ...headers] = request.split('\n');
  const [method = '', path = ''] = line.split(' ');
  const as = /^Authorization: Bearer (.+)$/m.exec(headers.join('\n'))?.[1] ?? null;
  return [method, path.replace('/api/v1', ''), { as }];
}

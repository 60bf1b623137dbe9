import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A workspace with a flow on schedule, and a connector in code that imports what is published. */
export async function writeWorkspace(dir: string): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text);
  }
  return dir;
}

const files = {
  'config/connections.yaml': 'connections:\n  still: { connector: still, config: {} }\n',
  'flows/nothing.yaml': `flow: nothing
source: { connection: still, resource: things }
target: { connection: still, resource: things, write: upsert }
trigger: { schedule: { cron: "0 4 * * *" } }
`,
  'connectors/still/index.js': `import { Fault } from 'tradelane/connector';

const refused = () => { throw new Fault('TL_TARGET_REJECTED', 'nothing is written here'); };

export default {
  apiVersion: 1,
  name: 'still',
  summary: 'Nothing ever happens',
  config: { type: 'object' },
  resources: { things: {} },
  open: () => ({
    resources: {
      things: { name: 'things', keyOf: ({ id }) => id, async *read() {}, upsert: async (items) => items.map(refused) },
    },
    close: async () => {},
  }),
};
`,
};

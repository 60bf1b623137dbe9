import { randomBytes } from 'node:crypto';
import { type Answer, type OddServer, sendJson, startOddServer } from '../bad-input/odd-server.ts';
import {
  connections,
  createTestWorkspace,
  httpConnection,
  type TestWorkspace,
} from '../bad-input/workspace.ts';

/** Somebody who is in many records, and must be in no table in clear. */
export const canary = {
  name: 'Zebulon Quackenbush',
  email: 'zebulon.quackenbush@canary.example',
  phone: '+49-170-5550199-77',
} as const;
export const canaries: readonly string[] = Object.values(canary);

export function newKey(): string {
  return randomBytes(32).toString('base64');
}

export interface EncryptedShop extends AsyncDisposable {
  readonly workspace: TestWorkspace;
  readonly erp: OddServer;
  /** A command with these keys. */
  run(args: readonly string[], keys?: string): ReturnType<TestWorkspace['run']>;
  json(args: readonly string[], keys?: string): ReturnType<TestWorkspace['json']>;
  /** Records of all kinds of ends. */
  drop(nth: number): Promise<void>;
}

/** Refuses some with words that quote them, and has no time for others. */
const answer: Answer = ({ method, body }, response) => {
  if (method === 'GET') return sendJson(response, 404, {});
  const { id, name, email } = JSON.parse(body) as Record<string, string>;
  if (id?.includes('REFUSED'))
    return sendJson(response, 400, { error: `no customer ${name?.toUpperCase()} <${email}>` });
  if (id?.includes('LATER')) return sendJson(response, 503, { error: `busy with ${email}` });
  sendJson(response, 201, { id: `E-${id}` });
};

/** A shop whose orders fail, wait, are blocked and get through, over a database that is encrypted with a key. */
export async function createEncryptedShop(key: string): Promise<EncryptedShop> {
  const erp = await startOddServer(answer);
  const workspace = await createTestWorkspace({
    'config/connections.yaml': connections + httpConnection(erp.url),
    'config/tables/countries.yaml': 'values: { DE: Germany }\n',
    'flows/orders.yaml': `flow: orders
source: { connection: in, resource: lines }
map: { id: id, name: name, email: email, phone: phone, country: '$lookup("countries", country)' }
target: { connection: erp, resource: orders, write: create }
retry: { attempts: 3, delay: 1h, maxDelay: 2h, jitter: false }
history: full
`,
    'flows/blocked.yaml': `flow: blocked
source: { connection: in, resource: orders }
set: { customer: '$xref("customer", customer)' }
requires: { xref: [customer] }
target: { connection: erp, resource: orders, write: create }
`,
  });
  const env = (keys: string) => (keys === '' ? {} : { TRADELANE_ENCRYPTION_KEY: keys });
  return {
    workspace,
    erp,
    run: (args, keys = key) => workspace.run(args, env(keys)),
    json: (args, keys = key) => workspace.json(args, env(keys)),
    drop: async (nth) => {
      const { name, email, phone } = canary;
      const lines = [
        ['OK', 'DE'],
        ['REFUSED', 'DE'],
        ['LATER', 'DE'],
        ['UNMAPPED', `country of ${name}`],
      ].map(([kind, country]) => JSON.stringify({ id: `${kind}-${nth}`, name, email, phone, country }));
      await workspace.drop(
        `lines-${nth}.jsonl`,
        `${lines.join('\n')}\n{"id": "BROKEN-${nth}", "email": "${email}\n`,
      );
      await workspace.drop(`orders-${nth}.csv`, `id,name,customer\nB-${nth},${name},C-1\n`);
    },
    [Symbol.asyncDispose]: async () => {
      for (const each of [workspace, erp]) await each[Symbol.asyncDispose]();
    },
  };
}

import { describe, expect, test } from 'vitest';
import { explainFailure } from '../../../../src/connect/http/explain-failure.ts';
import {
  createTransportError,
  toTransportFailure,
} from '../../../../src/connect/transport/transport-failure.ts';
import type { NetworkSettings, OpenConnection } from '../../../../src/contract/connector.ts';
import { faultOf, openHttp, readAll } from '../open-http.ts';
import { pem, startProxy, startTlsServer } from './tls-servers.ts';

const things = { key: 'id', read: { path: '/things', records: 'items' }, create: { path: '/things' } };
const items = { items: [{ id: 'A' }] };
const ca = { tls: { ca: pem('ca') } };
const through = (url: string): NetworkSettings => ({ ...ca, proxy: { http: url, https: url, except: '' } });

const open = (url: string, network?: NetworkSettings, config = {}) =>
  openHttp(url, { things }, { config: { retries: 0, ...config }, ...(network && { network }) });
const read = async ({ resources }: OpenConnection) => (await readAll(resources['things']!)).records;
const messageOf = async (connection: OpenConnection) => (await faultOf(read(connection))).message;

describe('certificates', () => {
  test('of an authority that this machine does not know are trusted where the connection names it', async () => {
    const { url } = await startTlsServer(() => items);
    expect(await messageOf(open(url))).toMatch(/certificate of localhost:\d+ is not trusted.*`tls\.ca`/);
    expect(await read(open(url, ca))).toEqual(items.items);
  });

  test.each([
    ['a key', { key: pem('client-key') }],
    ['an encrypted key', { key: pem('client-key-encrypted'), passphrase: 'open-sesame' }],
  ])('of this side are shown to the system, with %s', async (_name, key) => {
    const { url, seen } = await startTlsServer(() => items, { wantsClient: true });
    expect(await read(open(url, { tls: { ...ca.tls, cert: pem('client'), ...key } }))).toEqual(items.items);
    expect(seen).toMatchObject([{ client: 'tradelane' }]);
  });

  test('that the system turns away are told as that: the request has not been looked at', () => {
    const turnedAway = createTransportError('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', true);
    const failure = toTransportFailure(turnedAway);
    expect(failure).toMatchObject({ reason: 'network', sent: false });
    expect(explainFailure(failure, 'erp.example')).toEqual({
      what: 'erp.example wants a client certificate',
      advice: ': name one that it knows in `tls.cert` and `tls.key` of the connection',
    });
    expect(toTransportFailure(createTransportError('UND_ERR_SOCKET', true)).sent).toBe(true);
  });

  test('are used for the requests for tokens as well', async () => {
    const { url, seen } = await startTlsServer(
      ({ path }) => (path === '/token' ? { access_token: 'T', expires_in: 60 } : items),
      { wantsClient: true },
    );
    const auth = {
      type: 'oauth2',
      grant: 'clientCredentials',
      tokenUrl: `${url}/token`,
      clientId: 'me',
      clientSecret: 'secret',
    };
    const network = { tls: { ...ca.tls, cert: pem('client'), key: pem('client-key') } };
    expect(await read(open(url, network, { auth }))).toEqual(items.items);
    expect(seen).toMatchObject([
      { path: '/token', client: 'tradelane' },
      { path: '/things', client: 'tradelane' },
    ]);
  });
});

describe('a proxy', () => {
  test('is gone through by https in a tunnel, and the certificate of the system proves it', async () => {
    const { url, port } = await startTlsServer(() => items);
    const proxy = await startProxy();
    expect(await read(open(url, through(proxy.url)))).toEqual(items.items);
    expect(proxy.seen).toEqual([`CONNECT localhost:${port}`]);
    const { proxy: only } = through(proxy.url);
    expect(await messageOf(open(url, { ...(only && { proxy: only }) }))).toContain('is not trusted');
  });

  test('is gone through with a client certificate', async () => {
    const { url, seen } = await startTlsServer(() => items, { wantsClient: true });
    const proxy = await startProxy();
    const tls = { ...ca.tls, cert: pem('client'), key: pem('client-key') };
    expect(await read(open(url, { ...through(proxy.url), tls }))).toEqual(items.items);
    expect(seen).toMatchObject([{ client: 'tradelane' }]);
  });

  test('is asked for the whole address by http', async () => {
    const proxy = await startProxy();
    expect(await read(open('http://erp.example', through(proxy.url)))).toEqual([]);
    expect(proxy.seen).toEqual(['GET http://erp.example/things']);
  });

  test('is given its credentials, and says so where they are missing', async () => {
    const { url } = await startTlsServer(() => items);
    const proxy = await startProxy('user:p%40ss'.replace('%40', '@'));
    const named = proxy.url.replace('p@ss@', 'p%40ss@');
    expect(await read(open(url, through(named)))).toEqual(items.items);
    for (const system of [url, 'http://erp.example']) {
      const message = await messageOf(open(system, through(`http://127.0.0.1:${proxy.port}`)));
      expect(message).toContain(`127.0.0.1:${proxy.port}, the proxy on the way to`);
      expect(message).toContain('answered 407 before anything was sent');
      expect(message).toContain('it wants credentials');
      expect(message).not.toContain('p@ss');
    }
  });

  test('that lets nothing through, or is away, is told, and nothing counts as sent', async () => {
    const { url } = await startTlsServer(() => items);
    const proxy = await startProxy();
    proxy.refuses = 403;
    expect(await messageOf(open(url, through(proxy.url)))).toContain('answered 403 before anything was sent');
    const away = await messageOf(open(url, through('http://127.0.0.1:1')));
    expect(away).toContain('127.0.0.1:1, the proxy on the way to localhost');
    expect(away).toContain('refuses connections before anything was sent (ECONNREFUSED)');
    expect(await messageOf(open(url, through('http://proxy.invalid:3128')))).toContain(
      'the name of proxy.invalid:3128, the proxy',
    );
  });

  test('is left out for what is excepted, and for the protocol that has none', async () => {
    const { url } = await startTlsServer(() => items);
    const proxy = await startProxy();
    const excepted = { ...ca, proxy: { https: proxy.url, except: 'example.com, localhost' } };
    expect(await read(open(url, excepted))).toEqual(items.items);
    expect(await read(open(url, { ...ca, proxy: { http: proxy.url, except: '' } }))).toEqual(items.items);
    expect(proxy.seen).toEqual([]);
  });
});

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { NetworkSettings } from '../../../../src/contract/connector.ts';
import { Fault } from '../../../../src/contract/fault.ts';
import type { JsonObject } from '../../../../src/contract/json.ts';
import { openNetwork } from '../../../../src/workspace/compile/open-network.ts';
import { findingsOf, makeWorkspace } from '../make-workspace.ts';

const dir = fileURLToPath(new URL('../../../connectors/http/transport/certificates/', import.meta.url));
const pem = (name: string) => readFileSync(`${dir}${name}.pem`, 'utf8');

function open(network: JsonObject, env: Record<string, string> = {}): NetworkSettings | string | undefined {
  try {
    return openNetwork({ name: 'erp', dir, env }, network);
  } catch (thrown) {
    return thrown instanceof Fault && thrown.code === 'TL_CONNECTION_CONFIG'
      ? thrown.message
      : String(thrown);
  }
}

describe('certificates of a connection', () => {
  it('are files of the workspace, or the texts themselves', () => {
    const tls = { ca: pem('ca'), cert: pem('client'), key: pem('client-key') };
    expect(open({ tls: { ca: 'ca.pem', cert: 'client.pem', key: 'client-key.pem' } })).toEqual({ tls });
    expect(open({ tls })).toEqual({ tls });
    // As some put it into a variable.
    expect(open({ tls: { ca: pem('ca').replaceAll('\n', '\\n') } })).toEqual({ tls: { ca: pem('ca') } });
    const two = `${pem('ca')}\n${pem('server')}`;
    expect(open({ tls: { ca: two } })).toEqual({ tls: { ca: two } });
  });

  it.each<[JsonObject, string]>([
    [{ ca: 'nowhere.pem' }, 'tls.ca: the file nowhere.pem cannot be read (ENOENT)'],
    [{ ca: '.' }, 'tls.ca: the file . cannot be read (EISDIR)'],
    [{ ca: 'client-key.pem' }, 'tls.ca holds no certificate (PEM: -----BEGIN CERTIFICATE-----)'],
    [{ ca: pem('ca').replace('MII', 'xxx') }, 'tls.ca: a certificate cannot be understood'],
    [{ ca: pem('ca') + pem('ca').replace('MII', 'xxx') }, 'tls.ca: certificate 2 of 2 cannot be understood'],
    [
      { cert: 'client.pem', key: 'client.pem' },
      'tls.key holds no private key (PEM: -----BEGIN PRIVATE KEY-----)',
    ],
    [
      { cert: 'server.pem', key: 'client-key.pem' },
      'tls.key is not the key of tls.cert, whose first certificate it must belong to',
    ],
    [
      { cert: 'client.pem', key: 'client-key-encrypted.pem' },
      'tls.key is encrypted: tls.passphrase is missing',
    ],
    [
      { cert: 'client.pem', key: 'client-key-encrypted.pem', passphrase: 'wrong' },
      'tls.key: tls.passphrase does not open it',
    ],
    [
      { cert: 'client.pem', key: pem('client-key').replace('MIG', 'xxx') },
      'tls.key: it cannot be understood',
    ],
  ])('that cannot be used are told when the connection is opened', (tls, said) => {
    expect(open({ tls })).toBe(`connection "erp": ${said}`);
  });
});

describe('the proxy of a connection', () => {
  const loopback = 'localhost,127.0.0.1,::1';

  it.each<[Record<string, string>, NetworkSettings['proxy']]>([
    [{}, undefined],
    [{ HTTPS_PROXY: '' }, undefined],
    [{ NO_PROXY: '*' }, undefined],
    [{ HTTPS_PROXY: 'http://proxy.example:3128' }, { https: 'http://proxy.example:3128/', except: loopback }],
    [
      { http_proxy: 'proxy.example:3128', HTTP_PROXY: 'http://other', no_proxy: 'erp.example' },
      { http: 'http://proxy.example:3128/', except: `erp.example,${loopback}` },
    ],
  ])('is what the environment says: %j', (env, proxy) => {
    expect(open({}, env)).toEqual(proxy && { proxy });
  });

  it('is what the connection says, over the environment, and for this machine as well', () => {
    const env = { HTTPS_PROXY: 'http://proxy.example:3128' };
    const own = { http: 'http://own.example:8080/', https: 'http://own.example:8080/', except: '' };
    expect(open({ proxy: 'http://own.example:8080' }, env)).toEqual({ proxy: own });
    expect(open({ proxy: 'none' }, env)).toBeUndefined();
  });

  it.each([
    ['proxy', { proxy: 'socks5://user:pass@proxy' }, {}],
    ['proxy', { proxy: 'http://user:pass@' }, {}],
    ['HTTPS_PROXY', {}, { HTTPS_PROXY: 'ftp://user:pass@proxy' }],
  ])('that is none is told, and no password with it', (what, network, env) => {
    expect(open(network, env as Record<string, string>)).toBe(
      `connection "erp": ${what} must be the address of a proxy such as http://proxy.example:3128, or none`,
    );
  });
});

describe('validate', () => {
  const findings = (connection: string, env: Record<string, string> = {}) =>
    findingsOf(
      makeWorkspace(
        { 'config/connections.yaml': `connections:\n  erp:\n${connection}`, 'flows/orders.yaml': '' },
        { env, fileExists: (path) => !path.endsWith('nowhere.pem') },
      ),
    ).filter((finding) => finding.startsWith('config/'));
  const http = '    connector: http\n    config: { baseUrl: "https://erp.example" }\n';

  it('finds what is wrong with certificates and proxies where they stand', () => {
    expect(findings(`${http}    tls: { cert: client.pem }\n`)).toEqual([
      expect.stringMatching(/connections\.yaml:5:.*TLW_.*key/),
    ]);
    expect(findings(`${http}    tls: { ca: "\${ERP_CA}" }\n`)).toEqual([
      expect.stringMatching(/5:17 .*TLW_ENV_MISSING.*ERP_CA is not set/),
    ]);
    expect(findings(`${http}    tls: { ca: "\${ERP_CA}" }\n`, { ERP_CA: pem('ca') })).toEqual([]);
    expect(findings(`${http}    tls: { ca: nowhere.pem }\n`)).toEqual([
      expect.stringMatching(/5:16 .*TLW_ENV_FILE.*nowhere\.pem cannot be read/),
    ]);
    const key = `cert: "\${A}", key: "\${A}", passphrase: sesame`;
    expect(findings(`${http}    tls: { ${key} }\n`, { A: 'x' })).toEqual([
      expect.stringMatching(/TLW_SECRET_IN_TEXT.*"passphrase"/),
    ]);
    expect(findings(`${http}    proxy: "http://me:sesame@proxy:3128"\n`)).toEqual([
      expect.stringMatching(/5:12 .*TLW_SECRET_IN_TEXT.*"password"/),
    ]);
    expect(findings(`${http}    proxy: "\${ERP_PROXY}"\n`)).toEqual([
      expect.stringMatching(/TLW_ENV_MISSING/),
    ]);
    expect(findings(`${http}    proxy: none\n`)).toEqual([]);
  });

  it('finds what answers cannot be allowed to lead to, and opens nothing with it', () => {
    const allow = (list: string, env: Record<string, string> = {}) =>
      findings(`${http}    network: { allow: ${list} }\n`, env);
    expect(allow('[files.example, "*.blob.example", 10.0.0.0/8, "${RANGE}"]', { RANGE: 'fd00::/8' })).toEqual(
      [],
    );
    expect(allow('[files.example, "https://files.example"]')).toEqual([
      expect.stringMatching(
        /5:39 .*TLW_VALUE_FORMAT.*expected a host \(files\.example\).*without scheme and port/,
      ),
    ]);
    expect(allow('["${RANGE}"]', { RANGE: '10.0.0.0/64' })).toEqual([
      expect.stringMatching(/TLW_VALUE_FORMAT/),
    ]);
    expect(allow('["${RANGE}"]')).toEqual([expect.stringMatching(/TLW_ENV_MISSING/)]);
    expect(allow('[]')).toEqual([expect.stringMatching(/TLW_/)]);
    expect(open({ allow: ['files.example', '10.0.0.0/64'] })).toMatch(
      /connection "erp": network\.allow\[1\] must be a host/,
    );
    expect(open({ allow: ['files.example'] })).toEqual({ allow: ['files.example'] });
  });
});

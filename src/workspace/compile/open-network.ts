import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { allowanceWords, isAllowanceEntry } from '../../connect/reach/allowance.ts';
import type { NetworkSettings, ProxySettings } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { isPem, pathIn } from '../text/pem.ts';
import type { Env } from '../workspace.ts';

interface Opening {
  /** The connection. */
  readonly name: string;
  readonly dir: string;
  readonly env: Env;
}

/**
 * How a connection gets to its system: through which proxy, with which certificates, and where to besides. `network`:
 * `allow`, `proxy` and `tls` of the connection, references resolved. Throws a Fault TL_CONNECTION_CONFIG that says what cannot be used, and why.
 */
export function openNetwork(
  opening: Opening,
  { allow, proxy, tls }: JsonObject,
): NetworkSettings | undefined {
  const proxies = typeof proxy === 'string' ? ownProxy(opening, proxy) : proxiesOf(opening);
  const certificates = isJsonObject(tls) ? openTls(opening, tls) : undefined;
  const allowed = Array.isArray(allow) ? openAllow(opening, allow) : undefined;
  if (proxies === undefined && certificates === undefined && allowed === undefined) return undefined;
  return {
    ...(allowed && { allow: allowed }),
    ...(proxies && { proxy: proxies }),
    ...(certificates && { tls: certificates }),
  };
}

function openAllow(opening: Opening, allow: readonly unknown[]): readonly string[] {
  return allow.map((entry, index) => {
    if (typeof entry === 'string' && isAllowanceEntry(entry)) return entry;
    throw refuse(opening, `network.allow[${index}] must be ${allowanceWords}`);
  });
}

function ownProxy(opening: Opening, proxy: string): ProxySettings | undefined {
  if (proxy === 'none') return undefined;
  const url = toProxyUrl(opening, 'proxy', proxy);
  return { http: url, https: url, except: '' };
}

/** Small letters win over capitals, as with other programs; this machine itself is never asked for through a proxy. */
function proxiesOf(opening: Opening): ProxySettings | undefined {
  const { env } = opening;
  const [http, https] = (['HTTP_PROXY', 'HTTPS_PROXY'] as const).map((name) => {
    const said = env[name.toLowerCase()] || env[name];
    return said ? toProxyUrl(opening, name, said) : undefined;
  });
  if (http === undefined && https === undefined) return undefined;
  const except = [env['no_proxy'] || env['NO_PROXY'] || '', ...loopback]
    .filter((each) => each !== '')
    .join(',');
  return { ...(http !== undefined && { http }), ...(https !== undefined && { https }), except };
}

const loopback = ['localhost', '127.0.0.1', '::1'];

function toProxyUrl(opening: Opening, what: string, text: string): string {
  const url = parseProxy(text);
  if (url !== undefined) return url;
  // It may hold a password: it is not reported.
  throw refuse(opening, `${what} must be ${proxyWords}`);
}

export const proxyWords = 'the address of a proxy such as http://proxy.example:3128, or none';

/** The URL of a proxy, also where only host and port are written; `undefined` for what is none. */
export function parseProxy(text: string): string | undefined {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  const isAddress = url !== null && url.hostname !== '' && ['http:', 'https:'].includes(url.protocol);
  return isAddress ? url.href : undefined;
}

const parts = ['ca', 'cert', 'key'] as const;

function openTls(opening: Opening, tls: JsonObject): NonNullable<NetworkSettings['tls']> {
  const texts: Partial<Record<(typeof parts)[number] | 'passphrase', string>> = {};
  for (const part of parts) {
    const value = tls[part];
    if (typeof value === 'string') texts[part] = readPem(opening, `tls.${part}`, value);
  }
  if (typeof tls['passphrase'] === 'string') texts.passphrase = tls['passphrase'];
  for (const part of ['ca', 'cert'] as const) {
    const text = texts[part];
    if (text !== undefined) requireCertificates(opening, `tls.${part}`, text);
  }
  requireKey(opening, texts);
  return texts;
}

/** A path in the workspace, or the text itself; a variable may hold it with its line breaks written as \n. */
function readPem(opening: Opening, what: string, value: string): string {
  if (isPem(value)) return value.includes('\n') ? value : value.replaceAll('\\n', '\n');
  try {
    return readFileSync(pathIn(opening.dir, value), 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'it is no file';
    throw refuse(opening, `${what}: the file ${value} cannot be read (${reason})`, cause);
  }
}

function requireCertificates(opening: Opening, what: string, text: string): void {
  const all = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  if (all.length === 0)
    throw refuse(opening, `${what} holds no certificate (PEM: -----BEGIN CERTIFICATE-----)`);
  for (const [index, one] of all.entries()) {
    try {
      new X509Certificate(one);
    } catch (cause) {
      const which = all.length === 1 ? 'a certificate' : `certificate ${index + 1} of ${all.length}`;
      throw refuse(opening, `${what}: ${which} cannot be understood`, cause);
    }
  }
}

function requireKey(
  opening: Opening,
  { cert, key, passphrase }: { cert?: string; key?: string; passphrase?: string },
): void {
  if (key === undefined || cert === undefined) return;
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(key)) {
    throw refuse(opening, 'tls.key holds no private key (PEM: -----BEGIN PRIVATE KEY-----)');
  }
  const isEncrypted = key.includes('ENCRYPTED');
  if (isEncrypted && passphrase === undefined)
    throw refuse(opening, 'tls.key is encrypted: tls.passphrase is missing');
  const opened = open(opening, { key, isEncrypted, passphrase });
  if (!new X509Certificate(cert).checkPrivateKey(opened)) {
    throw refuse(opening, 'tls.key is not the key of tls.cert, whose first certificate it must belong to');
  }
}

function open(
  opening: Opening,
  { key, isEncrypted, passphrase }: { key: string; isEncrypted: boolean; passphrase: string | undefined },
) {
  try {
    return createPrivateKey({ key, ...(passphrase !== undefined && { passphrase }) });
  } catch (cause) {
    const why = isEncrypted ? 'tls.passphrase does not open it' : 'it cannot be understood';
    throw refuse(opening, `tls.key: ${why}`, cause);
  }
}

function refuse({ name }: Opening, problem: string, cause?: unknown): Fault {
  return new Fault(
    'TL_CONNECTION_CONFIG',
    `connection "${name}": ${problem}`,
    cause === undefined ? {} : { cause },
  );
}

import { getCACertificates } from 'node:tls';
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import type { NetworkSettings, ProxySettings } from '../../contract/connector.ts';

type Dispatch = Pick<Dispatcher, 'dispatch' | 'close'>;

/** Sockets of one connection: to its system, or to a proxy on the way, with its certificates. */
export function createDispatcher(
  { proxy, tls }: NetworkSettings,
  { connectMs }: { readonly connectMs: number },
): Dispatch {
  const certificates = toTlsOptions(tls);
  // HTTP/2 stays off: a cut session fails all its requests at once, each with an unknown outcome.
  const options = { allowH2: false, headersTimeout: 0, bodyTimeout: 0 };
  const direct = () => new Agent({ ...options, connect: { timeout: connectMs, ...certificates } });
  if (proxy === undefined) return direct();
  const proxied = new EnvHttpProxyAgent({
    ...options,
    connect: { timeout: connectMs, ...certificates },
    connectTimeout: connectMs,
    ...(certificates && { requestTls: certificates, proxyTls: { ca: certificates.ca } }),
    // Never left out: what is would be looked for in the environment of the process.
    httpProxy: proxy.http ?? '',
    httpsProxy: proxy.https ?? '',
    noProxy: proxy.except,
  });
  return withDirect(proxied, proxy, direct());
}

/** The library takes the proxy for http where there is none for https. */
function withDirect(proxied: Dispatch, { http, https }: ProxySettings, direct: Dispatch): Dispatch {
  return {
    dispatch(options, handler) {
      const isSecure = String(options.origin).startsWith('https:');
      const through = (isSecure ? https : http) === undefined ? direct : proxied;
      return through.dispatch(options, handler);
    },
    async close() {
      await Promise.all([proxied.close(), direct.close()]);
    },
  };
}

/** What is trusted besides comes on top: a system and its token endpoint may be signed by different authorities. */
function toTlsOptions(tls: NetworkSettings['tls']) {
  if (tls === undefined) return undefined;
  const { ca, cert, key, passphrase } = tls;
  return {
    ...(ca !== undefined && { ca: [...getCACertificates('default'), ca] }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(passphrase !== undefined && { passphrase }),
  };
}

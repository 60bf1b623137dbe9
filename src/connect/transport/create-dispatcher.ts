import { getCACertificates } from 'node:tls';
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import type { NetworkSettings, ProxySettings } from '../../contract/connector.ts';
import { type Guard, guardConnect } from '../reach/guard-connect.ts';
import { judgeHost } from '../reach/judge-address.ts';
import { createRefusal } from '../reach/refusal.ts';

type Dispatch = Pick<Dispatcher, 'dispatch' | 'close'>;

/** Sockets of one connection: to its system, or to a proxy on the way, with its certificates. */
export function createDispatcher(
  { proxy, tls }: NetworkSettings,
  { connectMs, guard }: { readonly connectMs: number; readonly guard: Guard },
): Dispatch {
  const certificates = toTlsOptions(tls);
  // HTTP/2 stays off: a cut session fails all its requests at once, each with an unknown outcome.
  const options = { allowH2: false, headersTimeout: 0, bodyTimeout: 0 };
  const connect = guardConnect({ timeout: connectMs, allowH2: false, ...certificates }, guard);
  const direct = () => new Agent({ ...options, connect });
  if (proxy === undefined) return direct();
  const proxied = new EnvHttpProxyAgent({
    ...options,
    // Of what goes past the proxy.
    connect,
    connectTimeout: connectMs,
    ...(certificates && { requestTls: certificates, proxyTls: { ca: certificates.ca } }),
    // Never left out: what is would be looked for in the environment of the process.
    httpProxy: proxy.http ?? '',
    httpsProxy: proxy.https ?? '',
    noProxy: proxy.except,
  });
  return withDirect(guardProxied(proxied, guard), proxy, direct());
}

/** The proxy looks names up, so nothing is known of where they lead: what the host says itself is judged. */
function guardProxied(proxied: Dispatch, { allowance }: Guard): Dispatch {
  const judged = new Map<unknown, Error | undefined>();
  return {
    dispatch(options, handler) {
      const { origin } = options;
      if (!judged.has(origin)) {
        const { hostname } = new URL(String(origin));
        const refused = judgeHost(hostname, allowance);
        judged.set(origin, refused === undefined ? undefined : createRefusal(hostname, refused));
      }
      const refusal = judged.get(origin);
      if (refusal !== undefined) throw refusal;
      return proxied.dispatch(options, handler);
    },
    close: () => proxied.close(),
  };
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

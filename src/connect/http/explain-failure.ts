import type { FailureReason, TransportFailure } from '../transport/transport-failure.ts';

export interface FailureExplanation {
  /** What happened, and with whom. */
  readonly what: string;
  /** What can be done about it; empty, or with what leads over to it. */
  readonly advice: string;
}

/** A failure in words. @param host - name and port, as the URL has them */
export function explainFailure(failure: TransportFailure, host: string): FailureExplanation {
  if (failure.reason === 'refused')
    return { what: `nothing was sent, as ${failure.cause.message}`, advice: `: ${allowIt}` };
  const [what, advice] = byCode(failure.code) ?? byReason[failure.reason];
  const { proxy } = failure;
  const met = proxy === undefined ? host : `${proxy}, the proxy on the way to ${host},`;
  return { what: what.replace('HOST', met), advice: advice === '' ? '' : `: ${advice}` };
}

type Said = readonly [what: string, advice: string];

const byReason: Readonly<Record<FailureReason, Said>> = {
  network: ['the connection to HOST broke', ''],
  timeout: ['no whole answer came in time from HOST', 'ask for less at once, or raise `timeout`'],
  tooLarge: ['the answer of HOST is larger than `maxResponse`', 'ask for smaller pages, or raise it'],
  aborted: ['it was stopped', ''],
  malformed: ['the request to HOST could not be formed', ''],
  refused: ['HOST may not be reached', ''],
};

/** Only what the operator has written is reached there. */
const allowIt =
  'if that is meant, name the host or the range in `network.allow` of the connection, a metadata service by its very address';

const clientCertificate = 'name one that it knows in `tls.cert` and `tls.key` of the connection';

const notTrusted =
  'the certificate is signed by somebody this machine does not know; name the file of that authority in `tls.ca` of the connection or in NODE_EXTRA_CA_CERTS';

const codes: Readonly<Record<string, Said | undefined>> = {
  ECONNREFUSED: [
    'HOST refuses connections',
    'does the system run, and are name and port of the address right?',
  ],
  ENOTFOUND: [
    'the name of HOST has no address',
    'is it spelled right in the address, and can this machine look it up?',
  ],
  EAI_AGAIN: ['nobody could say where HOST is', 'the name server of this machine does not answer'],
  EHOSTUNREACH: ['there is no way to HOST', 'look at the network, a VPN or a firewall in between'],
  ENETUNREACH: ['there is no way to HOST', 'look at the network, a VPN or a firewall in between'],
  EHOSTDOWN: ['the machine of HOST is off', ''],
  ECONNRESET: ['HOST closed the connection', ''],
  EPIPE: ['HOST closed the connection', ''],
  UND_ERR_SOCKET: ['HOST closed the connection', ''],
  UND_ERR_CONNECT_TIMEOUT: [
    'HOST did not take the connection in time',
    'is the port right, and is there a firewall in between?',
  ],
  ETIMEDOUT: [
    'HOST did not take the connection in time',
    'is the port right, and is there a firewall in between?',
  ],
  CERT_HAS_EXPIRED: ['the certificate of HOST has expired', 'whoever runs the system must renew it'],
  CERT_NOT_YET_VALID: ['the certificate of HOST is not valid yet', 'is the clock of this machine right?'],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'the certificate of HOST is for another name',
    'use the name that the certificate is for',
  ],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['HOST proves itself by a certificate of its own', notTrusted],
  SELF_SIGNED_CERT_IN_CHAIN: ['the certificate of HOST is not trusted', notTrusted],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['the certificate of HOST is not trusted', notTrusted],
  UNABLE_TO_GET_ISSUER_CERT: ['the certificate of HOST is not trusted', notTrusted],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['the certificate of HOST is not trusted', notTrusted],
  EPROTO: ['HOST does not speak TLS as expected', 'is it http instead of https?'],
  ERR_SSL_WRONG_VERSION_NUMBER: ['HOST does not speak TLS', 'is it http instead of https?'],
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: ['HOST wants a client certificate', clientCertificate],
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: ['HOST does not know who has signed our certificate', clientCertificate],
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: ['HOST does not accept how we prove ourselves', clientCertificate],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: ['HOST does not speak TLS', 'is it http instead of https?'],
};

const byProxyStatus: Readonly<Record<string, string>> = {
  403: 'it does not let requests through to this system',
  407: 'it wants credentials; put them into its address (http://USER:PASSWORD@HOST)',
  502: 'it cannot reach the system',
  503: 'it cannot reach the system',
  504: 'it cannot reach the system',
};

function byCode(code: string): Said | undefined {
  if (Object.hasOwn(codes, code)) return codes[code];
  const [, status] = /^TL_PROXY_(\d+)$/.exec(code) ?? [];
  if (status !== undefined) return [`HOST answered ${status}`, byProxyStatus[status] ?? ''];
  if (code.startsWith('HPE_')) return ['what HOST sends is no HTTP', 'is it https instead of http?'];
  if (isUnpacking(code))
    return [
      'the answer of HOST cannot be unpacked',
      'it is cut off, damaged, or not packed as its content-encoding says',
    ];
  return /^ERR_(SSL|TLS)_/.test(code) ? ['no secure connection to HOST could be made', ''] : undefined;
}

/** Did zlib fail (`Z_DATA_ERROR`, `Z_BUF_ERROR`), or the decoder of Brotli? */
export function isUnpacking(code: string): boolean {
  return /^(?:Z|ERR__ERROR|BR)_/.test(code);
}

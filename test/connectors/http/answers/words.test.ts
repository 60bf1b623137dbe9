import { describe, expect, test } from 'vitest';
import { createSecrets } from '../../../../src/connect/answer/secrets.ts';
import { explainFailure } from '../../../../src/connect/http/explain-failure.ts';
import type { JsonObject } from '../../../../src/contract/json.ts';
import { faultOf, item, type OpenOptions, openHttp, readAll, serve, serveThings } from '../open-http.ts';
import type { Reply } from '../test-server.ts';

/** What a fault says of a refusal, behind `answered 422`. */
async function saidOf(reply: Reply, options: OpenOptions = {}): Promise<string> {
  const { things } = await serveThings(
    { create: { path: '/things' } },
    () => ({ status: 422, ...reply }),
    options,
  );
  const [result] = await things.create!([item('a')], new AbortController().signal);
  const message = result?.ok === false ? result.fault.message : 'ok';
  return message.replace('erp: POST /things answered 422', '');
}

const text = (body: string, type = 'text/plain'): Reply => ({
  text: body,
  headers: { 'content-type': type },
});

describe('the words of a system', () => {
  test.each<[json: unknown, said: string]>([
    [{ message: 'no' }, 'no'],
    [{ Message: 'no' }, 'no'],
    [{ error: 'no such term' }, 'no such term'],
    [{ error: { message: 'no', code: 7 } }, 'no'],
    [{ error: { code: 'term', text: 'Payment term XX does not exist' } }, 'Payment term XX does not exist'],
    [{ error: 'invalid_term', error_description: 'no such term' }, 'no such term'],
    [{ title: 'Bad Request', detail: 'no such term' }, 'no such term'],
    [{ errors: [{ message: 'no term' }, { message: 'no price' }] }, 'no term; no price'],
    [{ message: 'invalid', errors: [{ field: 'term', message: 'is unknown' }] }, 'invalid; term: is unknown'],
    [{ errors: { term: ['is unknown'], price: 'is missing' } }, 'term: is unknown; price: is missing'],
    [{ errors: ['no term', 'no price'] }, 'no term; no price'],
    [{ Errors: [{ ErrorCode: 'X', Message: 'no' }] }, 'no'],
    [{ fault: { faultstring: 'no', detail: {} } }, 'no'],
    [{ Envelope: { Body: { Fault: { faultstring: 'no' } } } }, 'no'],
    [{ 'o:errorDetails': [{ title: 'no', 'o:errorCode': 'X' }] }, 'no'],
    [{ data: { create: { userErrors: [{ field: ['term'], message: 'no' }] } } }, 'no'],
    [[{ message: 'no' }], 'no'],
    [{ odd: { why: ['no term'] } }, '{"odd":{"why":["no term"]}}'],
    [{ message: 'a\u0000b\u001b[31mc\u202ed' }, 'a\\u0000b\\u001b[31mc\\u202ed'],
    [{ message: '  two\n lines ' }, 'two lines'],
    [{ message: 'x'.repeat(400) }, `${'x'.repeat(299)}…`],
    [{ message: `${'x'.repeat(298)}\u{1f600}${'y'.repeat(9)}` }, `${'x'.repeat(298)}…`],
  ])('are found in %j', async (json, said) => {
    expect(await saidOf({ json })).toBe(`: ${said}`);
  });

  test.each<[name: string, reply: Reply, said: string]>([
    ['text', text('Payment term XX\n does not exist'), ': Payment term XX does not exist'],
    ['broken JSON', text('{"message": "no', 'application/json'), ': {"message": "no'],
    [
      'XML',
      text('<?xml version="1.0"?><Error><Code>X</Code><Message>no &amp; no</Message></Error>', 'text/xml'),
      ': no & no',
    ],
    [
      'SOAP',
      text(
        '<s:Envelope><s:Body><s:Fault><faultstring xml:lang="en">no</faultstring></s:Fault></s:Body></s:Envelope>',
        'text/xml',
      ),
      ': no',
    ],
    ['XML without words', text('<a><b>no</b><c>term</c></a>', 'application/xml'), ': no term'],
    [
      'a page',
      text('<html><head><title>Blocked</title></head></html>', 'text/html'),
      ': an HTML page titled "Blocked" (content type text/html)',
    ],
    ['nothing', {}, ''],
  ])('are found in %s', async (_name, reply, said) => {
    expect(await saidOf(reply)).toBe(said);
  });

  test('are those at the place that the connection names, if there are any', async () => {
    const answers = { error: { message: 'why.text', code: 'why.no' } };
    expect(await saidOf({ json: { message: 'see why', why: { text: 'no term' } } }, { answers })).toBe(
      ': no term',
    );
    expect(await saidOf({ json: { message: 'no', why: {} } }, { answers })).toBe(': no');
  });

  test('hold no credentials', async () => {
    const config = {
      auth: { type: 'bearer', token: 'abc-private-1' },
      headers: { 'X-Api-Key': 'abc-private-2' },
    };
    const json = {
      message:
        'refused abc-private-1, abc-private-2, Bearer zzzzzzzzzz-private, https://u:private@erp/?access_token=private&page=2',
    };
    expect(await saidOf({ json }, { config })).toBe(
      ': refused ***, ***, Bearer ***, https://***@erp/?access_token=***&page=2',
    );
    const echo = { request: { password: 'private', authorization: 'Basic cHJpdmF0ZQ==' } };
    expect(await saidOf({ json: echo }, { config })).not.toContain('private');
  });

  test('tell where a redirect points, without its query', async () => {
    const reply = { status: 302, headers: { location: '/login?token=private' } };
    const { server, things } = await serveThings({ read: { path: '/things' } }, () => reply);
    expect((await faultOf(readAll(things))).message).toBe(
      `erp: GET /things answered 302: a redirect to ${server.url}/login?…. Redirects are not followed: if that is where the system is, let \`baseUrl\` say so`,
    );
  });
});

describe('a token endpoint', () => {
  const auth = (url: string): JsonObject => ({
    type: 'oauth2',
    grant: 'clientCredentials',
    tokenUrl: `${url}/token`,
    clientId: 'us',
    clientSecret: 'private-secret',
  });

  test.each<[reply: Reply, code: string, said: string]>([
    [
      {
        status: 400,
        json: { error: 'invalid_client', error_description: 'the secret private-secret has expired' },
      },
      'TL_AUTH_REFUSED',
      'answered 400: the secret *** has expired',
    ],
    [{ status: 401, ...text('go away') }, 'TL_AUTH_REFUSED', 'answered 401: go away'],
    [
      { json: { error: 'bad_code', error_description: 'used' } },
      'TL_AUTH_REFUSED',
      'without an access_token (grant clientCredentials): bad_code: used',
    ],
    [
      { json: { token: 'private' } },
      'TL_SYSTEM_BAD_RESPONSE',
      'there is no `access_token`: the answer has token (a text)',
    ],
  ])('is quoted: %j', async (reply, code, said) => {
    const server = await serve(() => reply);
    const { things } = openHttp(
      server.url,
      { things: { key: 'id', read: { path: '/things' } } },
      { config: { auth: auth(server.url) } },
    ).resources;
    const fault = await faultOf(readAll(things!));
    expect(fault).toMatchObject({ code, message: expect.stringContaining(said) });
    expect(fault.message).toContain(new URL(server.url).host);
    expect(fault.message).not.toContain('private');
  });
});

describe('a connection that fails', () => {
  test.each([
    ['ECONNREFUSED', 'erp.example:81 refuses connections', 'does the system run'],
    ['ENOTFOUND', 'the name of erp.example:81 has no address', 'spelled right'],
    ['EAI_AGAIN', 'where erp.example:81 is', 'name server'],
    ['UND_ERR_CONNECT_TIMEOUT', 'erp.example:81 did not take the connection', 'firewall'],
    ['CERT_HAS_EXPIRED', 'the certificate of erp.example:81 has expired', 'renew'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'a certificate of its own', '`tls.ca`'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'is not trusted', 'NODE_EXTRA_CA_CERTS'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'for another name', 'the name that the certificate is for'],
    ['Z_BUF_ERROR', 'cannot be unpacked', 'cut off, damaged'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'does not speak TLS', 'http instead of https'],
    ['HPE_INVALID_CONSTANT', 'is no HTTP', 'https instead of http'],
    ['E_NEW', 'the connection to erp.example:81 broke', ''],
  ])('is explained: %s', (code, what, advice) => {
    const failure = { reason: 'network' as const, sent: false, code, cause: new Error('x') };
    const explained = explainFailure(failure, 'erp.example:81');
    expect(explained.what).toContain(what);
    expect(explained.advice).toContain(advice);
  });

  test('is not how an answer is called that cannot be unpacked', async () => {
    const server = await serve(() => ({ text: '[]', headers: { 'content-encoding': 'gzip' } }));
    const { things } = openHttp(server.url, { things: { key: 'id', read: { path: '/things' } } }).resources;
    expect(await faultOf(readAll(things!))).toMatchObject({
      code: 'TL_SYSTEM_BAD_RESPONSE',
      message: expect.stringContaining('cannot be unpacked'),
    });
  });

  test('names host and port, and what can be done', async () => {
    const server = await serve(() => ({}));
    await server.close();
    const { things } = openHttp(server.url, { things: { key: 'id', read: { path: '/things' } } }).resources;
    expect((await faultOf(readAll(things!))).message).toMatch(
      /^erp: GET \/things: 127\.0\.0\.1:\d+ refuses connections before anything was sent \(ECONNREFUSED\): does the system run/,
    );
  });
});

describe('secrets', () => {
  test('are cut in every form that they are sent in', () => {
    const secrets = createSecrets();
    secrets.add('p&ss "word"');
    secrets.add('abc');
    const cut = secrets.cut(
      `p&ss "word" ${encodeURIComponent('p&ss "word"')} ${Buffer.from('p&ss "word"').toString('base64')} {"p":"p&ss \\"word\\""} abc`,
    );
    expect(cut).toBe('*** *** *** {"p":"***"} abc');
  });

  test.each([
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc_def', '***'],
    ['?sig=abc&se=2026', '?sig=***&se=2026'],
    ['{"client_secret": "a\\"b", "n": 1}', '{"client_secret": "***", "n": 1}'],
    ['a token is needed; the key: 4711', 'a token is needed; the key: 4711'],
  ])('are cut by what they look like: %s', (said, left) => {
    expect(createSecrets().cut(said)).toBe(left);
  });
});

test.each([200, 400, 404, 405, 422])(
  'what a bare base URL answers (%s) says nothing of a connection',
  async (status) => {
    const server = await serve(() => ({ status, json: {} }));
    const connection = openHttp(server.url, { things: { key: 'id', create: { path: '/things' } } });
    await expect(connection.check?.(new AbortController().signal)).resolves.toBeUndefined();
  },
);

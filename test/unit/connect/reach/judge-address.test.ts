import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileAllowance, isAllowanceEntry, toHost } from '../../../../src/connect/reach/allowance.ts';
import { isNamedHost, judgeAddress, judgeHost } from '../../../../src/connect/reach/judge-address.ts';
import { createReach } from '../../../../src/connect/reach/reach.ts';

const none = compileAllowance();
const judge = (address: string, allow: readonly string[] = [], host = 'files.example') =>
  judgeAddress({ host, address }, compileAllowance(allow));

/** What a URL in an answer comes to when it is dialled without any name being looked up. */
const judgeUrl = (url: string, allow: readonly string[] = []) =>
  judgeHost(new URL(url).hostname, compileAllowance(allow));

describe('an address that comes from outside', () => {
  it.each([
    ...['0.0.0.0', '0.1.2.3', '127.0.0.1', '127.255.255.254', '10.0.0.1', '172.16.0.1', '172.31.255.255'],
    ...[
      '192.168.1.1',
      '100.64.0.1',
      '100.127.255.255',
      '169.254.1.1',
      '192.0.0.8',
      '192.0.2.1',
      '192.88.99.1',
    ],
    ...['198.18.0.1', '198.51.100.7', '203.0.113.9', '224.0.0.1', '239.255.255.255', '240.0.0.1'],
    ...[
      '255.255.255.255',
      '::',
      '::1',
      'fe80::1',
      'fe80::1%lo',
      'fec0::1',
      'fc00::1',
      'fd12:3456::1',
      'ff02::1',
    ],
    ...[
      '100::1',
      '2001::1',
      '2001:db8::1',
      '3fff::1',
      '2002:7f00:1::',
      '2002:808:808::',
      '64:ff9b:1::808:808',
    ],
    ...[
      '::ffff:127.0.0.1',
      '::ffff:10.1.2.3',
      '::ffff:a01:203',
      '64:ff9b::10.1.2.3',
      '::127.0.0.1',
      '4000::1',
    ],
    ...['no address', '', '1.2.3', '1.2.3.4.5'],
  ])('%s is not reached', (address) => {
    expect(judge(address)).toMatch(/^stands at .*, (an?|the|this|no) /);
  });

  it.each([
    ...['8.8.8.8', '1.1.1.1', '172.15.255.255', '172.32.0.1', '100.63.255.255', '100.128.0.1', '11.0.0.1'],
    ...['2606:4700::1111', '2a00:1450:4001::200e', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8'],
  ])('%s is a public one', (address) => {
    expect(judge(address)).toBeUndefined();
  });

  it.each([
    ...['169.254.169.254', '169.254.170.2', '100.100.100.200', '168.63.129.16', 'fd00:ec2::254'],
    ...[
      '::ffff:169.254.169.254',
      '64:ff9b::a9fe:a9fe',
      '2002:a9fe:a9fe::',
      '::a9fe:a9fe',
      '::ffff:0:a9fe:a9fe',
    ],
  ])('%s is a metadata service, which is reached only if it is named by itself', (address) => {
    const all = ['0.0.0.0/0', '::/0', 'files.example', '*.example'];
    expect(judge(address)).toContain('the metadata service of a cloud');
    expect(judge(address, all)).toContain('the metadata service of a cloud');
    expect(judge(address, [...all, address])).toBeUndefined();
    expect(judge(address, [`${address}/${address.includes(':') ? 120 : 31}`])).toBeDefined();
  });

  it('is reached where the range is named, or the host in full, but not where the host is one of many', () => {
    expect(judge('10.1.2.3', ['10.0.0.0/8'])).toBeUndefined();
    expect(judge('::ffff:10.1.2.3', ['10.0.0.0/8'])).toBeUndefined();
    expect(judge('10.1.2.3', ['::ffff:10.1.2.3'])).toBeUndefined();
    expect(judge('11.1.2.3', ['10.0.0.0/8'])).toBeUndefined();
    expect(judge('192.168.1.1', ['10.0.0.0/8'])).toContain('a private address');
    expect(judge('fd00::1', ['10.0.0.0/8', 'fd00::/8'])).toBeUndefined();
    expect(judge('127.0.0.1', ['FILES.example.'])).toBeUndefined();
    expect(judge('127.0.0.1', ['files.example'], 'files.example.')).toBeUndefined();
    expect(judge('127.0.0.1', ['*.example'])).toContain('this machine itself');
    expect(judge('127.0.0.1', ['other.example'])).toContain('this machine itself');
  });
});

describe('a host in a URL', () => {
  it.each([
    ...['http://127.0.0.1/', 'http://127.1/', 'http://0x7f.1/', 'http://0177.0.0.1/', 'http://2130706433/'],
    ...[
      'http://0x7f000001/',
      'http://017700000001/',
      'http://127.0.0.1./',
      'http://localhost/',
      'http://LOCALHOST./',
    ],
    ...['http://a.localhost/', 'http://[::1]/', 'http://[0:0:0:0:0:0:0:1]/', 'http://[::ffff:7f00:1]/'],
    ...[
      'http://public.example@127.0.0.1/',
      'http://127.0.0.1:80@127.0.0.1/',
      'http://public.example:x@[::1]/',
    ],
    ...[
      'http://①②⑦.⓪.⓪.①/',
      'http://127。0。0。1/',
      'http:\\\\127.0.0.1/',
      'http:127.0.0.1',
      'http://%31%32%37.0.0.1',
    ],
    ...['http://0/', 'http://169.254.169.254/', 'http://0xa9fea9fe/', 'http://metadata.google.internal/'],
    ...['http://METADATA.google.internal./', 'http://10.0.0.1:6379/'],
  ])('%s is known for what it is, whoever looks names up', (url) => {
    expect(judgeUrl(url)).toMatch(/^is /);
  });

  it('is compared in one way of writing', () => {
    fc.assert(
      fc.property(fc.ipV4Extended(), (written) => {
        const host = toHost(new URL(`http://${written}/`).hostname);
        expect(isIP(host)).toBe(4);
        const asWritten = judgeUrl(`http://user@${written}.:8080/x`);
        expect(asWritten).toBe(judgeHost(host, none));
        // The same behind IPv6 is no other.
        const mapped = judgeUrl(`http://[::ffff:${host}]/`);
        expect(mapped === undefined).toBe(asWritten === undefined);
      }),
    );
    fc.assert(
      fc.property(fc.ipV6(), (written) => {
        const url = URL.parse(`http://[${written}]/`);
        if (url !== null) expect(judgeHost(url.hostname, none)).toBe(judgeHost(toHost(url.hostname), none));
      }),
    );
  });
});

describe('`network.allow`', () => {
  it.each([
    ...[
      'files.example',
      'Files.Example',
      'files.internal.',
      '*.blob.example',
      '10.0.0.0/8',
      '10.1.2.3',
      '::1',
    ],
    ...['[::1]', 'fd00::/8', '0.0.0.0/0', 'localhost', 'under_score.example', 'xn--mnchen-3ya.example'],
  ])('takes %s', (entry) => {
    expect(isAllowanceEntry(entry)).toBe(true);
  });

  it.each([
    ...[
      '',
      ' ',
      '*',
      '*.',
      '.example',
      'a..b',
      'https://files.example',
      'files.example:8080',
      'files.example/x',
    ],
    ...[
      '10.0.0.0/33',
      '::/129',
      '10.0.0/8',
      '0x7f.1',
      '2130706433',
      '127.1',
      '*.1',
      'a b',
      'ü.example',
      '::ffff:10.0.0.0/104',
    ],
  ])('does not take "%s"', (entry) => {
    expect(isAllowanceEntry(entry)).toBe(false);
  });

  it('says where answers may lead', () => {
    const allowance = compileAllowance(['files.example', '*.blob.example', '10.0.0.0/8']);
    const named = ['files.example', 'FILES.example.', 'a.blob.example', 'b.a.blob.example', '10.9.8.7'];
    const others = [
      'blob.example',
      'xblob.example',
      'files.example.evil.example',
      '11.0.0.1',
      'evil-files.example',
    ];
    expect(named.filter((host) => !isNamedHost(host, allowance))).toEqual([]);
    expect(others.filter((host) => isNamedHost(host, allowance))).toEqual([]);
  });

  it('does not let an answer lead from https to http', () => {
    const allow = ['files.example'];
    const may = (base: string, url: string) => createReach({ own: [base], allow }).mayLead(new URL(url));
    expect(may('https://erp.example', 'https://files.example/2')).toBe(true);
    expect(may('https://erp.example', 'http://files.example/2')).toBe(false);
    expect(may('http://erp.example', 'http://files.example/2')).toBe(true);
    expect(may('http://erp.example', 'ftp://files.example/2')).toBe(false);
    expect(may('http://erp.example', 'http://erp.example:8080/2')).toBe(false);
  });
});

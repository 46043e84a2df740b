import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { createForwarding, trusts } from '../../../web/forwarded.mjs';
import { addressIn, createAddressReader, limitByPrefixes, limitKeyOf, proxyTrust } from '../src/client-address.ts';

const secret = 'secret-of-the-page-for-tests';
const requestOf = (remoteAddress: string, headers: Record<string, string> = {}, url = '/api/sales') =>
  ({ socket: { remoteAddress }, headers: { ...headers }, url }) as unknown as IncomingMessage;
const readAs = (trust: string | undefined, request: IncomingMessage): unknown => {
  createAddressReader(proxyTrust(trust), secret)(request);
  return request.headers['x-forwarded-for'];
};
const lies = {
  'x-forwarded-for': '9.9.9.9',
  forwarded: 'for=9.9.9.9',
  'x-real-ip': '9.9.9.9',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'evil.test',
  'x-sunbeon-page': 'guessed',
  'x-sunbeon-address': '9.9.9.9',
};

describe('the address of a request', () => {
  it.each([
    ['nobody is trusted', undefined, '1.1.1.1', '9.9.9.9', '1.1.1.1'],
    ['a trusted proxy adds what it sees', '10.0.0.0/8', '10.0.0.1', '9.9.9.9, 2.2.2.2', '2.2.2.2'],
    ['two trusted proxies', '10.0.0.0/8', '10.0.0.1', '9.9.9.9, 2.2.2.2, 10.0.0.2', '2.2.2.2'],
    ['one proxy by number', '1', '10.0.0.1', '9.9.9.9, 2.2.2.2', '2.2.2.2'],
    ['a port', '10.0.0.1', '::ffff:10.0.0.1', '2.2.2.2:4711', '2.2.2.2'],
    ['IPv6 in brackets', '10.0.0.1', '10.0.0.1', '[2001:DB8::1]:4711', '2001:db8::1'],
    ['junk behind a trusted proxy', '10.0.0.1', '10.0.0.1', 'junk', '10.0.0.1'],
    ['a trusted proxy that says nothing', '10.0.0.1', '10.0.0.1', '', '10.0.0.1'],
  ])('%s', (_, trust, peer, said, expected) => {
    expect(readAs(trust, requestOf(peer, { 'x-forwarded-for': said }))).toBe(expected);
  });

  it("is never a stranger's value, in any header", () => {
    const request = requestOf('1.1.1.1', lies);
    expect(readAs(undefined, request)).toBe('1.1.1.1');
    expect(request.headers).not.toHaveProperty('x-forwarded-proto');
    expect(request.headers).not.toHaveProperty('x-forwarded-host');
  });

  it('passes through the page as the page sees it, and no other peer can claim that', () => {
    const throughPage = (peer: string, trustProxy: string | undefined, headers: Record<string, string>) => {
      const request = requestOf(peer, headers);
      createForwarding({ trustProxy, secret })(request);
      return readAs(trustProxy, requestOf('127.0.0.1', request.headers as Record<string, string>));
    };
    expect(throughPage('1.1.1.1', undefined, lies)).toBe('1.1.1.1');
    expect(throughPage('::ffff:127.0.0.2', undefined, lies)).toBe('127.0.0.2');
    expect(throughPage('10.0.0.1', '10.0.0.1', { ...lies, 'x-forwarded-for': '9.9.9.9, 2.2.2.2' })).toBe('2.2.2.2');
    expect(throughPage('10.0.0.1', '1', { ...lies, 'x-forwarded-for': '9.9.9.9, 2.2.2.2' })).toBe('2.2.2.2');
    expect(readAs(undefined, requestOf('127.0.0.1', { 'x-forwarded-for': '9.9.9.9', 'x-sunbeon-page': `${secret}x` }))).toBe('127.0.0.1');
  });

  it('sends the secret to the gateway alone, not to pages', () => {
    const page = requestOf('1.1.1.1', lies, '/sales/s');
    createForwarding({ trustProxy: undefined, secret })(page);
    expect(Object.keys(page.headers)).toEqual(['x-forwarded-for']);
  });

  it.each(['/sales/s/join', '/sales/s/place'])('of a browser whose call the page makes, at %s, counts as its own', (address) => {
    const request = requestOf('1.1.1.1', lies, address);
    createForwarding({ trustProxy: undefined, secret })(request);
    expect(readAs(undefined, requestOf('127.0.0.1', request.headers as Record<string, string>))).toBe('1.1.1.1');
  });

  it.each([
    ['10.0.0.0/8', ['10.1.2.3'], ['8.8.8.8']],
    ['10.0.0.1, ::1', ['10.0.0.1', '::1'], ['10.0.0.2', '::2']],
    ['2001:db8::/32', ['2001:db8:1::1'], ['2001:db9::1']],
    ['loopback', ['127.0.0.9', '::1'], ['10.0.0.1']],
    ['uniquelocal,', ['10.9.9.9', '192.168.1.1', 'fd00::1'], ['172.32.0.1', '8.8.8.8']],
    ['0', [], ['127.0.0.1']],
    ['2', ['9.9.9.9'], []],
    [' ', [], ['127.0.0.1']],
    [undefined, [], ['127.0.0.1']],
  ])('page and gateway read TRUST_PROXY=%j alike', (text, inside, outside) => {
    for (const isTrusted of [trusts(text), (address: string) => proxyTrust(text)(address, 0)]) {
      expect([inside.map(isTrusted), outside.map(isTrusted)]).toEqual([inside.map(() => true), outside.map(() => false)]);
    }
  });
  it.each([
    '10.0.0.0/',
    '10.0.0.0/99',
    '10.0.0.0/8x',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '::/129',
    '100',
    '-1',
    '1.5',
    'yes',
    'true',
    'localhost',
    '10.0.0',
    '10.0.0.1,x',
    '1,10.0.0.1',
    '[::1]',
  ])('page and gateway refuse TRUST_PROXY=%j', (text) => {
    for (const read of [trusts, proxyTrust]) expect(() => read(text)).toThrow(/^TRUST_PROXY: .* is no (address|network)$/);
  });

  it('counts an IPv6 customer once', () => {
    expect(limitKeyOf('2001:db8:1:2:3::1')).toBe(limitKeyOf('2001:db8:1:2::9'));
    expect(limitKeyOf('2001:db8:1:2::1')).not.toBe(limitKeyOf('2001:db8:1:3::1'));
    limitByPrefixes({ ipv4: 24, ipv6: 56 });
    expect([limitKeyOf('1.2.3.4'), limitKeyOf('2001:db8:1:2ff::1'), limitKeyOf('::1')]).toEqual([
      '1.2.3.0/24',
      '2001:db8:1:200::/56',
      '0:0:0:0::/56',
    ]);
    limitByPrefixes({ ipv4: 32, ipv6: 64 });
    expect([limitKeyOf('1.1.1.1'), addressIn('"[::1]:80"'), addressIn('unknown')]).toEqual(['1.1.1.1', '::1', null]);
  });
});

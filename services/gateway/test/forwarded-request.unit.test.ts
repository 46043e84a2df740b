import { describe, expect, it } from '@jest/globals';
import { cookieValues } from '../src/passes/cookie-values.ts';
import { forwardedRequestOf } from '../src/passes/forwarded-request.ts';

const caddy = {
  'X-Forwarded-Method': 'GET',
  'X-Forwarded-Proto': 'https',
  'X-Forwarded-Host': 'shop.example',
  'X-Forwarded-Uri': '/a?b=1',
};
const nginx = { 'X-Original-Method': 'GET', 'X-Original-URL': 'https://shop.example/a?b=1' };
type Said = Record<string, string | undefined>;
const read = (...said: Said[]) =>
  forwardedRequestOf({
    rawHeaders: said.flatMap((one) => Object.entries(one).flatMap(([name, value]) => (value === undefined ? [] : [name, value]))),
  });
const same = { method: 'GET', url: 'https://shop.example/a?b=1', isSecure: true };

describe('the request that a proxy asks about', () => {
  it('is read from either kind of headers', () => {
    expect(read(caddy)).toEqual(same);
    expect(read(nginx)).toEqual(same);
    expect(read({ ...caddy, 'X-Forwarded-Proto': 'http', 'X-Forwarded-Host': 'localhost:8080' })).toEqual({
      method: 'GET',
      url: 'http://localhost:8080/a?b=1',
      isSecure: false,
    });
    expect(read({ ...nginx, 'X-Original-URL': 'https://shop.example?b=1' })?.url).toBe('https://shop.example/?b=1');
    expect(read({ ...nginx, 'X-Original-URL': 'HTTPS://shop.example' })?.url).toBe('https://shop.example/');
    expect(read({ ...caddy, 'X-Forwarded-Proto': 'wss' })).toEqual(same);
  });

  it('is that of X-Forwarded-* where X-Forwarded-Uri is there, usable or not', () => {
    expect(read(caddy, { 'X-Original-Method': 'POST', 'X-Original-URL': 'http://evil.example/' })).toEqual(same);
    expect(read(nginx, { 'X-Forwarded-Uri': '/other' })).toBeNull();
    expect(read(nginx, { 'X-Forwarded-Uri': '' })).toBeNull();
    expect(read(nginx, { 'X-Forwarded-Proto': 'http', 'X-Forwarded-Host': 'evil.example' })).toEqual(same);
  });

  it('has bytes beyond ASCII encoded as they came', () => {
    const bytes = Buffer.from('/아?ü').toString('latin1');
    expect(read({ ...caddy, 'X-Forwarded-Uri': bytes })?.url).toBe('https://shop.example/%EC%95%84?%C3%BC');
  });

  it.each<[string, Said[]]>([
    ['nothing', []],
    ['no method', [{ ...caddy, 'X-Forwarded-Method': undefined }]],
    ['no scheme', [{ ...caddy, 'X-Forwarded-Proto': undefined }]],
    ['no host', [{ ...caddy, 'X-Forwarded-Host': undefined }]],
    ['a list of schemes', [{ ...caddy, 'X-Forwarded-Proto': 'https,http' }]],
    ['another scheme', [{ ...caddy, 'X-Forwarded-Proto': 'javascript' }]],
    ['a list of hosts', [{ ...caddy, 'X-Forwarded-Host': 'shop.example, evil.example' }]],
    ['a host with a user', [{ ...caddy, 'X-Forwarded-Host': 'a@shop.example' }]],
    ['a host with a path', [{ ...caddy, 'X-Forwarded-Host': 'shop.example/evil' }]],
    ['an absolute path', [{ ...caddy, 'X-Forwarded-Uri': 'https://evil.example/' }]],
    ['no slash', [{ ...caddy, 'X-Forwarded-Uri': 'evil' }]],
    ['a fragment', [{ ...caddy, 'X-Forwarded-Uri': '/a#b' }]],
    ['a space', [{ ...caddy, 'X-Forwarded-Uri': '/a b' }]],
    ['the path twice', [caddy, { 'x-forwarded-uri': '/other' }]],
    ['the host twice', [caddy, { 'X-Forwarded-Host': 'evil.example' }]],
    ['the address twice', [nginx, { 'x-original-url': 'https://evil.example/' }]],
    ['a method of other letters', [{ ...nginx, 'X-Original-Method': 'GET /' }]],
    ['an address without a scheme', [{ ...nginx, 'X-Original-URL': '//shop.example/' }]],
    ['an address with a user', [{ ...nginx, 'X-Original-URL': 'https://a@shop.example/' }]],
    ['an address with a backslash', [{ ...nginx, 'X-Original-URL': 'https://shop.example\\evil/' }]],
  ])('is none with %s', (_, said) => expect(read(...said)).toBeNull());
});

describe('cookies of one name', () => {
  it('are found in order, whatever stands around them', () => {
    const header =
      'a=1; xsunbeon-pass.s=a.b.c; sunbeon-pass.s=d.e.f ;sunbeon-pass.s="g.h.i"; sunbeon-pass.s=no; sunbeon-pass.s2=j.k.l;sunbeon-pass.s=d.e.f;sunbeon-pass.s';
    expect(cookieValues(header, 'sunbeon-pass.s', 8)).toEqual(['d.e.f', 'g.h.i']);
    expect(cookieValues(header, 'sunbeon-pass.s', 1)).toEqual(['d.e.f']);
    expect(cookieValues(undefined, 'sunbeon-pass.s', 1)).toEqual([]);
  });
});

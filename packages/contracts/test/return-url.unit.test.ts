import { describe, expect, it } from '@jest/globals';
import { isGuardedUrl, isReturnUrlAllowed, returnEntryFault, withoutTicket, withTicket } from '../src/return-url.ts';

const entries = ['https://shop.example/concert', 'https://tickets.example/', 'http://localhost:8080/', 'https://bücher.example/a%20b/'];
const allowed = (text: string) => isReturnUrlAllowed(text, entries);

/** Payloads of public lists of open redirects, and readings of a path by servers that are not browsers. */
const tricks: [why: string, text: string][] = [
  ['another host', 'https://evil.example/concert'],
  ['a host that begins with ours', 'https://shop.example.evil.example/concert'],
  ['a host that ends with ours', 'https://evilshop.example/concert'],
  ['a host below ours', 'https://a.shop.example/concert'],
  ['no scheme', '//evil.example/concert'],
  ['no scheme, our host', '//shop.example/concert'],
  ['three slashes', '///evil.example/concert'],
  ['a path alone', '/concert'],
  ['a path that is a host for browsers', '/\\evil.example'],
  ['a scheme with one slash', 'https:/evil.example/concert'],
  ['a scheme without slashes', 'https:evil.example/concert'],
  ['a scheme without slashes, our host', 'https:shop.example/concert'],
  ['three slashes after the scheme', 'https:///shop.example/concert'],
  ['plain http', 'http://shop.example/concert'],
  ['javascript:', 'javascript:alert(1)//https://shop.example/concert'],
  ['data:', 'data:text/html,https://shop.example/concert'],
  ['ftp:', 'ftp://shop.example/concert'],
  ['view-source:', 'view-source:https://shop.example/concert'],
  ['blob:', 'blob:https://shop.example/concert'],
  ['a user that looks like our host', 'https://shop.example@evil.example/concert'],
  ['a user and our host', 'https://user@shop.example/concert'],
  ['an empty user', 'https://@shop.example/concert'],
  ['a user with a password', 'https://shop.example:443@evil.example/concert'],
  ['an encoded @', 'https://shop.example%40evil.example/concert'],
  ['a backslash after the host', 'https://shop.example\\@evil.example/concert'],
  ['a backslash for a slash', 'https:\\\\shop.example\\concert'],
  ['a backslash in the path', 'https://shop.example/concert\\..\\admin'],
  ['a backslash in the query', 'https://shop.example/concert?a=\\evil'],
  ['another port', 'https://shop.example:8443/concert'],
  ['a port that is no number', 'https://shop.example:evil/concert'],
  ['the port of the other scheme', 'https://shop.example:80/concert'],
  ['a dot after the host', 'https://shop.example./concert'],
  ['an encoded slash in the host', 'https://shop.example%2fevil.example/concert'],
  ['an encoded backslash in the host', 'https://shop.example%5cevil.example/concert'],
  ['an encoded NUL in the host', 'https://shop.example%00.evil.example/concert'],
  ['a question mark for the host of another', 'https://evil.example?https://shop.example/concert'],
  ['a fragment for the host of another', 'https://evil.example#https://shop.example/concert'],
  ['letters of another alphabet', 'https://shоp.example/concert'],
  ['the same in ASCII', 'https://xn--shp-fed.example/concert'],
  ['a slash of full width in the host', 'https://evil.example／shop.example/concert'],
  ['a space before', ' https://shop.example/concert'],
  ['a space after', 'https://shop.example/concert '],
  ['a space within', 'https://shop.example/con cert'],
  ['a tab', 'https://shop.example/concert\t'],
  ['a tab in the scheme', 'java\tscript:alert(1)'],
  ['a line feed', 'https://shop.example/concert\nLocation: https://evil.example'],
  ['a carriage return in the host', 'https://shop.exa\rmple/concert'],
  ['a NUL', 'https://shop.example/concert\u0000'],
  ['a no-break space', 'https://shop.example/concert\u00a0'],
  ['a direction mark', 'https://shop.example/concert\u202e'],
  ['an invisible space', 'https://shop.example/concert\u200b'],
  ['a byte order mark', '\ufeffhttps://shop.example/concert'],
  ['an encoded line feed in the path', 'https://shop.example/concert/%0d%0aLocation:%20https://evil.example'],
  ['an encoded NUL in the path', 'https://shop.example/concert/%00'],
  ['the path of a neighbour', 'https://shop.example/concerts'],
  ['the path above', 'https://shop.example/'],
  ['no path', 'https://shop.example'],
  ['another case of the path', 'https://shop.example/Concert'],
  ['dots', 'https://shop.example/concert/../admin'],
  ['dots at the end', 'https://shop.example/concert/..'],
  ['dots and back to another', 'https://shop.example/concert/../concerts'],
  ['encoded dots', 'https://shop.example/concert/%2e%2e/admin'],
  ['half encoded dots', 'https://shop.example/concert/.%2E/admin'],
  ['dots encoded twice', 'https://shop.example/concert/%252e%252e/admin'],
  ['dots encoded three times', 'https://shop.example/concert/%25252e%25252e/admin'],
  ['dots encoded seven times', 'https://shop.example/concert/%2525252525252e%2525252525252e/admin'],
  ['dots beside a byte that is no text', 'https://shop.example/concert/%ff/%252e%252e/%252e%252e/admin'],
  ['dots beside a stray %', 'https://shop.example/concert/%zz/%252e%252e/%252e%252e/admin'],
  ['dots with parameters', 'https://shop.example/concert/..;/admin'],
  ['dots with named parameters', 'https://shop.example/concert/..;a=b/admin'],
  ['dots with encoded parameters', 'https://shop.example/concert/..%3b/admin'],
  ['encoded dots with parameters', 'https://shop.example/concert/%2e%2e;/admin'],
  ['dots before a space', 'https://shop.example/concert/..%20/admin'],
  ['an encoded slash', 'https://shop.example/concert%2f..%2fadmin'],
  ['an encoded slash, capital', 'https://shop.example/concert/..%2Fadmin'],
  ['a slash encoded twice', 'https://shop.example/concert/..%252fadmin'],
  ['an encoded backslash', 'https://shop.example/concert/..%5cadmin'],
  ['a backslash encoded twice', 'https://shop.example/concert/..%255Cadmin'],
  ['dots in too many bytes', 'https://shop.example/concert/%c0%ae%c0%ae/admin'],
  ['a slash in too many bytes', 'https://shop.example/concert/..%c0%afadmin'],
  ['a slash in three bytes', 'https://shop.example/concert/..%e0%80%afadmin'],
  ['dots of IIS', 'https://shop.example/concert/%u002e%u002e/admin'],
  ['dots of full width', 'https://shop.example/concert/．．/admin'],
  ['encoded dots of full width', 'https://shop.example/concert/%ef%bc%8e%ef%bc%8e/admin'],
  ['a two dot leader', 'https://shop.example/concert/‥/admin'],
  ['a slash of full width', 'https://shop.example/concert/..／admin'],
  ['a backslash of full width', 'https://shop.example/concert/..＼admin'],
  ['a host as the path', 'https://tickets.example//evil.example'],
  ['a host as the path, by dots', 'https://tickets.example/.//evil.example'],
  ['a host as the path, by dots that come back', 'https://tickets.example/a/..//evil.example'],
  ['more slashes', 'https://tickets.example////evil.example'],
  ['another port on this machine', 'http://localhost:8081/'],
  ['https on this machine', 'https://localhost:8080/'],
  ['this machine by its number', 'http://127.0.0.1:8080/'],
  ['too long', `https://shop.example/concert?${'a'.repeat(2_048)}`],
  ['nothing', ''],
  ['a scheme alone', 'https://'],
];

describe('a return address', () => {
  it.each(tricks)('is not allowed: %s', (_, text) => expect([text, allowed(text)]).toEqual([text, false]));

  it.each([
    'https://shop.example/concert',
    'https://shop.example/concert/',
    'https://shop.example/concert/seats/12?row=a&row=b#map',
    'https://shop.example/concert?next=%2Fcart%2F..&x=https://evil.example',
    'HTTPS://SHOP.EXAMPLE/concert',
    'https://shop.example:443/concert',
    'https://shop.example/concert/a/../b',
    'https://shop.example/concert/a/%2e%2e/b',
    'https://shop.example/concert/my%20seat',
    'https://shop.example/concert/%EC%95%84%EC%9D%B4%EC%9C%A0/100%25',
    'https://shop.example/concert/아이유',
    'https://shop.example/concert/...',
    'https://shop.example/concert/.well-known',
    'https://tickets.example',
    'https://tickets.example/anything//twice',
    'http://localhost:8080/x',
    'https://bücher.example/a%20b/c',
    'https://xn--bcher-kva.example/a%20b',
    'https://bücher.example/a%20b/x/../c',
    `https://shop.example/concert?${'a'.repeat(2_048 - 'https://shop.example/concert?'.length)}`,
  ])('is allowed: %s', (text) => expect([text, allowed(text)]).toEqual([text, true]));

  // The compiler of V8 calls another parser for a caller that is hot: see `urlOf`.
  it('is judged the same by a busy server', () => {
    const text = 'https://bücher.example/a%20b';
    const refused = Array.from({ length: 100_000 }, () => returnEntryFault(text)).filter((fault) => fault !== null);
    expect(refused).toEqual([]);
  });

  it('is guarded whatever its query, and nowhere else', () => {
    expect(isGuardedUrl(`https://shop.example/concert?q=${'a'.repeat(4_000)}\\`, entries)).toBe(true);
    for (const [, text] of tricks.filter(([why]) => !/query|too long/.test(why)))
      expect([text, isGuardedUrl(text, entries)]).toEqual([text, false]);
  });
});

describe('an entry of returnUrls', () => {
  it.each(['https://shop.example', 'https://shop.example/a/b/', 'http://localhost:3000/', 'http://[::1]/', 'https://bücher.example/a%20b'])(
    'may be %s',
    (text) => expect(returnEntryFault(text)).toBeNull(),
  );
  it.each([
    'shop.example',
    '/concert',
    '//shop.example',
    'http://shop.example',
    'http://localhost.evil.example',
    'ftp://shop.example',
    'https://user@shop.example',
    'https://shop.example?',
    'https://shop.example/#',
    'https://shop.example/../a',
    'https://shop.example/%2e%2e/a',
    'https://shop.example/a%2fb',
    'https://shop.example//evil.example',
    'https://shop.example/a b',
    'https://shop.example\\a',
    `https://shop.example/${'a'.repeat(512)}`,
    '',
  ])('may not be %s', (text) => expect([text, typeof returnEntryFault(text)]).toEqual([text, 'string']));
});

describe('the ticket in an address', () => {
  it.each([
    ['https://s.example/', 'https://s.example/'],
    ['https://s.example/?', 'https://s.example/?'],
    ['https://s.example/?sunbeon_ticket=t', 'https://s.example/'],
    ['https://s.example/?a=1&sunbeon_ticket=t&b=%20+&b', 'https://s.example/?a=1&b=%20+&b'],
    ['https://s.example/?sunbeon_ticket=t&sunbeon_ticket=u&a', 'https://s.example/?a'],
    ['https://s.example/?sunbeon%5Fticket=t&sunbeon_ticket', 'https://s.example/'],
    ['https://s.example/?sunbeon_ticket=t#sunbeon_ticket=u?x', 'https://s.example/#sunbeon_ticket=u?x'],
    [
      'https://s.example/?Sunbeon_ticket=t&sunbeon_tickets=u&xsunbeon_ticket=v',
      'https://s.example/?Sunbeon_ticket=t&sunbeon_tickets=u&xsunbeon_ticket=v',
    ],
    ['https://s.example/??sunbeon_ticket=t', 'https://s.example/??sunbeon_ticket=t'],
    ['https://s.example/?a=sunbeon_ticket=t', 'https://s.example/?a=sunbeon_ticket=t'],
    ['https://s.example/?%zz=1&%=2&sunbeon_ticket=t', 'https://s.example/?%zz=1&%=2'],
  ])('%s without it is %s', (text, bare) => expect(withoutTicket(text)).toBe(bare));

  it('stands last before the fragment, alone', () => {
    expect(withTicket('https://s.example/?sunbeon_ticket=old&a=1#f', 'new')).toBe('https://s.example/?a=1&sunbeon_ticket=new#f');
    expect(withTicket('https://s.example/#f?', 'new')).toBe('https://s.example/?sunbeon_ticket=new#f?');
    expect(withTicket('https://s.example/?', 'new')).toBe('https://s.example/?sunbeon_ticket=new');
  });
});

import { describe, expect, it } from '@jest/globals';
import { parseRedisUrl, SettingsError } from '../src/index.ts';

describe('REDIS_URL', () => {
  it.each([
    ['redis://[::1]:6380/3', { kind: 'single', options: { host: '::1', port: 6_380, db: 3 } }],
    ['redis://[fe80::1]', { kind: 'single', options: { host: 'fe80::1', port: 6_379, db: 0 } }],
    ['rediss://u:p%40ss@h', { kind: 'single', options: { username: 'u', password: 'p@ss', host: 'h', port: 6_379, db: 0, tls: {} } }],
    ['redis://:secret@h', { kind: 'single', options: { password: 'secret', host: 'h', port: 6_379, db: 0 } }],
    [
      'redis+sentinel://[::1]:26379,b/shop',
      {
        kind: 'sentinel',
        options: {
          sentinels: [
            { host: '::1', port: 26_379 },
            { host: 'b', port: 26_379 },
          ],
          name: 'shop',
          role: 'master',
        },
      },
    ],
    [
      'redis+cluster://a,b:7/0',
      {
        kind: 'cluster',
        nodes: [
          { host: 'a', port: 6_379 },
          { host: 'b', port: 7 },
        ],
        options: {},
      },
    ],
    ['unix:///run/redis.sock', { kind: 'single', options: { path: '/run/redis.sock' } }],
  ])('reads %s', (url, target) => expect(parseRedisUrl(url)).toEqual(target));

  it.each([
    'redis://h:99999',
    'redis://h:0',
    'redis://h:abc',
    'redis://h:',
    'redis://:6379',
    'redis://',
    'redis://::1:6379',
    'redis://h/abc',
    'redis://h/1.5',
    'redis://h/-1',
    'redis://h/01',
    'redis://h/1024',
    'redis://h/1/2',
    'redis://h/1?x=1',
    'redis://a,b',
    'redis+cluster://a/3',
    'redis+sentinel://a/master/2',
    'redis://u@h',
    'redis://u:@h',
    'redis://u:%zz@h',
    'redis://h ',
    ' redis://h',
    'http://h',
    'unix:relative',
    'rediss+cluster://a',
    'redis://h%20',
    'redis://hunter2:p@ss@h',
  ])('refuses %j in one sentence, without what it holds', (url) => {
    const refusal = ((): unknown => {
      try {
        return parseRedisUrl(url);
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toBeInstanceOf(SettingsError);
    expect((refusal as Error).message).toMatch(/^the setting REDIS_URL [^\n]+$/);
    expect((refusal as Error).message).not.toContain('hunter2');
  });
});

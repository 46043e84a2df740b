import { describe, expect, it } from '@jest/globals';
import { classifyRedisError, parseRedisUrl } from '../src/index.ts';

const reply = (message: string) => Object.assign(new Error(message), { name: 'ReplyError' });

describe('a failed call to Redis', () => {
  it.each([
    'OOM command not allowed',
    "READONLY You can't write",
    'NOREPLICAS not enough',
    'LOADING Redis is loading',
    'MISCONF errors',
    'TRYAGAIN multiple',
    'CLUSTERDOWN Hash slot',
  ])('was not done: %s', (message) => expect(classifyRedisError(reply(message))).toBe('not_done'));
  it.each([
    "Cluster isn't ready",
    'Too many Cluster redirections. Last error: ReplyError: TRYAGAIN Multiple keys request during rehashing of slot',
  ])('was not done in a Cluster: %s', (message) => expect(classifyRedisError(new Error(message))).toBe('not_done'));
  it.each(['Command timed out', 'Connection is closed.', 'read ECONNRESET'])('may have been done: %s', (message) =>
    expect(classifyRedisError(new Error(message))).toBe('unknown'),
  );
  it('is our bug when the script is wrong', () => expect(classifyRedisError(reply('ERR user_script:3: attempt to index'))).toBe('bug'));
  it('is not from Redis when it is not', () => expect(classifyRedisError(new Error('boom'))).toBeNull());
});

describe('REDIS_URL', () => {
  it('names one server, Sentinel or Cluster', () => {
    expect(parseRedisUrl('redis://u:p@h:1/2')).toEqual({
      kind: 'single',
      options: { username: 'u', password: 'p', host: 'h', port: 1, db: 2 },
    });
    expect(parseRedisUrl('redis+sentinel://a:1,b/shop')).toEqual({
      kind: 'sentinel',
      options: {
        sentinels: [
          { host: 'a', port: 1 },
          { host: 'b', port: 26_379 },
        ],
        name: 'shop',
        role: 'master',
      },
    });
    expect(parseRedisUrl('redis+cluster://a,b:7')).toEqual({
      kind: 'cluster',
      nodes: [
        { host: 'a', port: 6_379 },
        { host: 'b', port: 7 },
      ],
      options: {},
    });
    expect(parseRedisUrl('unix:/tmp/x')).toEqual({ kind: 'single', options: { path: '/tmp/x' } });
    expect(() => parseRedisUrl('http://x')).toThrow(/REDIS_URL/);
  });
});

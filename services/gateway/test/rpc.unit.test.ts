import { describe, expect, it } from '@jest/globals';
import { encodeResponses, rpcPaths } from '@sunbeon/contracts';
import { batchSchedulerLimits, CodedError, createLog } from '@sunbeon/runtime';
import { createRpc } from '../src/rpc/rpc.ts';
import type { Upstream, UpstreamRequest } from '../src/rpc/upstream.ts';
import type { GatewayMetrics } from '../src/metrics.ts';

const rpcTo = (send: Upstream['send']) => {
  const logged: string[] = [];
  let failed = 0;
  const metrics = {
    failed: {
      join: () => {
        failed += 1;
      },
    },
    called: () => {},
  } as unknown as GatewayMetrics;
  const rpc = createRpc(
    'join',
    { send },
    'credential',
    metrics,
    createLog('gateway', 'gateway-test', { LOG_LEVEL: 'error' }, [], { write: (line) => void logged.push(line) }),
  );
  return { rpc, logged, failed: () => failed };
};
const answering =
  (text: string, status = 200): Upstream['send'] =>
  async () => ({ status, headers: {}, text });
const both = [{ saleId: 'a' }, { saleId: 'b' }];

describe('calls that come together', () => {
  it('are one request, and each gets its own answer as it was written', async () => {
    const requests: UpstreamRequest[] = [];
    const { rpc } = rpcTo(async (request) => {
      requests.push(request);
      return {
        status: 200,
        headers: {},
        text: encodeResponses([
          { status: 201, text: '{"n":1}', token: 't' },
          { status: 409, text: '{"code":"sold_out"}' },
        ]),
      };
    });
    expect(await Promise.all(both.map(rpc))).toEqual([
      { status: 201, text: '{"n":1}', token: 't' },
      { status: 409, text: '{"code":"sold_out"}' },
    ]);
    expect(requests.map(({ path, body }) => [path, body])).toEqual([[rpcPaths.join, JSON.stringify({ items: both })]]);
  });

  it('are on their way before all of a crowd have come', async () => {
    const sizes: number[] = [];
    const { rpc } = rpcTo(async ({ body }) => {
      const { items } = JSON.parse(body!) as { items: { saleId: string }[] };
      sizes.push(items.length);
      return { status: 200, headers: {}, text: encodeResponses(items.map(({ saleId }) => ({ status: 201, text: saleId }))) };
    });
    const crowd = Array.from({ length: 64 }, (_, i) => ({ saleId: String(i) }));
    const answers = crowd.map((item) => rpc(item));
    expect(sizes[0]).toBe(batchSchedulerLimits.fullItems);
    expect((await Promise.all(answers)).map(({ text }) => text)).toEqual(crowd.map(({ saleId }) => saleId));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(64);
  });

  it.each([
    ['too few', encodeResponses([{ status: 200, text: '{}' }])],
    [
      'too many',
      encodeResponses([
        { status: 200, text: '1' },
        { status: 200, text: '2' },
        { status: 200, text: '3' },
      ]),
    ],
    ['cut off', '[200,200]\n{}'],
    ['of another form', '{"answers":[{"status":200},{"status":200}]}'],
    ['no answers at all', '<html>'],
  ])('are told to come again when the answers are %s: nobody knows what was done', async (_, text) => {
    const { rpc, logged, failed } = rpcTo(answering(text));
    for (const reply of await Promise.all(both.map(rpc))) {
      expect(reply).toMatchObject({ status: 503, headers: { 'retry-after': expect.stringMatching(/^[1-3]$/) } });
      expect(JSON.parse(reply.text)).toMatchObject({ code: 'unavailable' });
    }
    expect([failed(), logged.length]).toEqual([1, 1]);
  });

  it('get the problem when the service refuses the batch or is away', async () => {
    const gone: Upstream['send'] = async () => {
      throw new CodedError('unavailable', 'gone');
    };
    for (const send of [answering('{}', 404), answering('{}', 401), gone]) {
      const { rpc, logged } = rpcTo(send);
      expect(await rpc({ saleId: 'a' })).toMatchObject({ status: 503, headers: { 'retry-after': expect.any(String) } });
      expect(logged).toEqual([]);
    }
  });
});

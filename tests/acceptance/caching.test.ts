import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { cacheControl, publicRoutes, type PublicRoute } from '@sunbeon/contracts';
import { api, apiAt, createSale, gateways, joinAs, operator, visitorOf } from '../fixtures/client.ts';
import { rawBytes } from '../fixtures/raw-call.ts';
import { until } from '../fixtures/sale.ts';

const cacheable: PublicRoute[] = Object.values<PublicRoute>(publicRoutes).filter(({ caching }) => caching !== undefined);

/** A sale that was drawn, whose visitors wait, and one of them has left. */
const drawnSale = async (): Promise<string> => {
  const at = (inMs: number): string => new Date(Date.now() + inMs).toISOString();
  const saleId = await createSale({ lobbyOpensAt: at(-60_000), opensAt: at(600_000), admitPerSecond: 0.001 });
  const crowd = await Promise.all(Array.from({ length: 5 }, () => joinAs(saleId)));
  await operator.open(saleId);
  const oneGateway = apiAt(gateways()[0]);
  await until('the draw', async () => (await oneGateway.draw(saleId)).body.phase === 'drawn', 10_000);
  // One that was not admitted by the first tick.
  for (const { token } of crowd) {
    const { body } = await visitorOf(saleId, token).place();
    if (body.state === 'waiting' && (body.position ?? 0) > 1) {
      await visitorOf(saleId, token).leave();
      break;
    }
  }
  await until('the departure', async () => (await oneGateway.line(saleId)).body.departures.counts[0] === 1, 5_000);
  return saleId;
};
const base = gateways()[0]!;
const get = (path: string, headers: Record<string, string> = {}) => rawBytes(path, { base, headers });

describe('answers that caches may keep', () => {
  it('have the age that the catalogue and the table of docs/API.md give, read no cookie and set none', async () => {
    const saleId = await drawnSale();
    const [{ body: draw }, { body: line }] = [await apiAt(base).draw(saleId), await apiAt(base).line(saleId)];
    const values: Record<string, string> = {
      sale: saleId,
      root: draw.root!,
      page: '0',
      generation: String(line.generation),
      block: '0',
      count: '1',
    };
    for (const { url, caching } of cacheable) {
      const path = url.replace(/:(\w+)/g, (_, name: string) => values[name]!);
      const plain = await get(path);
      expect([url, plain.status, plain.headers.get('cache-control')]).toEqual([url, 200, cacheControl[caching!]]);
      const mine = await get(path, { cookie: `sunbeon_${saleId}=a.b.c`, authorization: 'Bearer junk' });
      expect([url, mine.status, mine.headers.getSetCookie(), plain.headers.getSetCookie()]).toEqual([url, 200, [], []]);
      expect([url, mine.headers.get('cache-control')]).toEqual([url, cacheControl[caching!]]);
      const etag = plain.headers.get('etag');
      if (etag === null) continue;
      const same = await get(path, { 'if-none-match': etag });
      // The figures may have changed in between.
      if (same.status === 304)
        expect([url, same.bytes.length, same.headers.get('cache-control')]).toEqual([url, 0, cacheControl[caching!]]);
    }
  });

  it('are those that docs/API.md lists', () => {
    const text = readFileSync(join(import.meta.dirname, '../../docs/API.md'), 'utf8');
    const rows = [...text.matchAll(/^\| `GET (\S+)` \| `(public, [^`]+)` \|$/gm)].map(([, url, value]) => `${url} ${value}`);
    const listed = cacheable.map(({ url, caching }) => `${url.replace(/:(\w+)/g, '{$1}')} ${cacheControl[caching!]}`);
    expect(rows.sort()).toEqual(listed.sort());
    for (const value of [cacheControl.own, 'no-store']) expect(text).toContain(`| \`${value}\` |`);
  });

  it('give the line compressed to whoever takes that, each encoding under an ETag of its own', async () => {
    const saleId = await createSale({ admitPerSecond: 0.001 });
    await joinAs(saleId);
    const path = `/api/sales/${saleId}/line`;
    const none = await get(path, { 'accept-encoding': 'gzip;q=0, identity' });
    const gzipped = await get(path, { 'accept-encoding': 'br, gzip;q=0.5' });
    expect([none.headers.get('content-encoding'), gzipped.headers.get('content-encoding')]).toEqual([null, 'gzip']);
    expect(gzipped.headers.get('vary')).toBe('Accept-Encoding');
    expect(JSON.parse(gzipped.bytes.toString())).toMatchObject({ saleId, version: 1 });
    const etags = [none, gzipped].map(({ headers }) => headers.get('etag')!);
    expect(new Set(etags).size).toBe(2);
    expect((await api.line(saleId)).body.saleId).toBe(saleId);
  });
});

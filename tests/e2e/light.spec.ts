import { expect, test } from './strict.ts';
import { createSale, joinAs, operator } from '../fixtures/client.ts';
import { expectState, join, open, web } from './page.ts';
import { budgetOf, limits, readCalm, watchCalm, weigh } from './weight.ts';

test('the whole way is light: few bytes, nothing jumps, nothing foreign, only transform and opacity move', async ({ page }) => {
  const saleId = await createSale({ admitPerSecond: 2, stock: 50, title: '가을 콘서트 2025' });
  await operator.pause(saleId);
  await Promise.all(Array.from({ length: 8 }, () => joinAs(saleId)));
  const violations: string[] = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) violations.push(message.text());
  });
  // A device with a font for Hangul, whatever this machine has: each drawing is another one.
  await page.addInitScript(() => {
    let drawing = 0;
    CanvasRenderingContext2D.prototype.getImageData = () => ({ data: [(drawing += 1)] }) as unknown as ImageData;
  });
  await watchCalm(page);
  const { read } = await weigh(page);
  await open(page, saleId);
  await join(page);
  await page.waitForTimeout(2_000);
  console.log(`page, styles and scripts: ${budgetOf(read())} bytes`);
  expect(budgetOf(read())).toBeLessThanOrEqual(limits.waitingBytes);
  expect(read().fontBytes).toBe(0);
  await operator.resume(saleId);
  await expectState(page, 'buying', 20_000);
  await page.waitForTimeout(2_000);
  const weight = read();
  const calm = await readCalm(page);
  expect(weight.scriptBytes).toBeGreaterThan(10_000);
  expect(weight.scriptBytes).toBeLessThanOrEqual(limits.scriptBytes);
  expect(weight.documentBytes).toBeGreaterThan(1_000);
  expect(weight.documentBytes).toBeLessThanOrEqual(limits.documentBytes);
  expect(weight.foreign).toEqual([]);
  expect(weight.leaks).toEqual([]);
  expect(calm.cls, calm.shifts.join('\n')).toBeLessThanOrEqual(limits.cls);
  expect(calm.animated.filter((name) => !(limits.animated as readonly string[]).includes(name))).toEqual([]);
  expect(calm.animated).toContain('transform');
  expect(violations).toEqual([]);
});

test('every script of the page carries its nonce; the policy allows no other', async ({ request }) => {
  const saleId = await createSale();
  const response = await request.get(`${web()}/sales/${saleId}`);
  const policy = response.headers()['content-security-policy']!;
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];
  const scripts = [...(await response.text()).matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);
  expect(scripts.length).toBeGreaterThan(0);
  for (const tag of scripts) expect(tag).toContain(`nonce="${nonce}"`);
  expect(/script-src [^;]*/.exec(policy)![0]).not.toContain('unsafe');
  expect(
    (await request.get(`${web()}/sales/${saleId}`)).headersArray().find(({ name }) => name === 'content-security-policy')?.value,
  ).not.toContain(nonce!);
});

test('a device without a font for Hangul loads one, after the text', async ({ page }) => {
  const saleId = await createSale({ title: '가을 콘서트 2025' });
  // Without one, all syllables are the same box.
  await page.addInitScript(() => {
    CanvasRenderingContext2D.prototype.fillText = () => undefined;
  });
  await open(page, saleId);
  await expect.poll(() => page.evaluate(() => document.fonts.size)).toBeGreaterThan(50);
});

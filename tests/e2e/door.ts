import { writeFileSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import { joinAs, valueOf } from '../fixtures/client.ts';
import { until } from '../fixtures/sale.ts';
import { adminToken } from '../fixtures/stack.mjs';

/** A sale that lets everybody in at once. */
export const fast = { admitPerSecond: 500, activeLimit: 500 };

/** Somebody is let in, without a page. */
export const admitted = async (saleId: string) => {
  const visitor = await joinAs(saleId);
  await until('the admission', async () => (await visitor.place()).body.state === 'admitted');
  return visitor;
};

/** Somebody buys. */
export const bought = async (saleId: string, quantity = 1) => {
  const visitor = await admitted(saleId);
  return await valueOf('buy', visitor.buy(quantity, 'k'));
};

/** Goes to a page of the console, and signs in there unless the browser is signed in. */
export const openSigned = async (page: Page, address: string | null, first: string): Promise<void> => {
  if (address === null) await page.reload();
  else await page.goto(address);
  const token = page.getByTestId('token');
  const there = page.getByTestId(first).first();
  await expect(token.or(there)).toBeVisible();
  if (await token.isVisible()) {
    await token.fill(adminToken);
    await token.press('Enter');
  }
  await expect(there).toBeVisible();
};

/** The QR code of a page as it is drawn: dark fields by row, margin included. */
export const matrixOf = async (page: Page): Promise<boolean[][]> => {
  const [size, path] = await page
    .getByTestId('purchase-qr')
    .locator('svg')
    .evaluate((svg) => [Number(svg.getAttribute('viewBox')!.split(' ')[2]), svg.querySelector('path')!.getAttribute('d')!] as const);
  const matrix = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  for (const [, x, y] of path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) matrix[Number(y)]![Number(x)] = true;
  return matrix;
};

const [width, height] = [640, 480];
const grey = 128;
/** What a camera sees that is held before the code: a video that Chromium takes for one, in black and white on a grey wall. */
export const writeVideo = (file: string, matrix: boolean[][]): void => {
  const scale = Math.floor((height - 60) / matrix.length);
  const [left, top] = [width, height].map((side) => Math.floor((side - scale * matrix.length) / 2)) as [number, number];
  const light = Buffer.alloc(width * height, grey);
  matrix.forEach((row, y) =>
    row.forEach((isDark, x) => {
      for (let line = 0; line < scale; line += 1) {
        const from = (top + y * scale + line) * width + left + x * scale;
        light.fill(isDark ? 20 : 235, from, from + scale);
      }
    }),
  );
  const frame = Buffer.concat([Buffer.from('FRAME\n'), light, Buffer.alloc((width * height) / 2, grey)]);
  writeFileSync(file, Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`), frame, frame]));
};

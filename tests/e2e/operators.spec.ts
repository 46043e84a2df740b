import { allow, expect, expected, test } from './strict.ts';
import type { Browser, BrowserContextOptions, Page } from '@playwright/test';
import { createSale, operator, saleOf } from '../fixtures/client.ts';
import { operatorTokens } from '../fixtures/stack.mjs';
import { complaintsOf, doIt, newPage, web } from './console-page.ts';

type Role = keyof typeof operatorTokens;

/** A browser of its own for an operator of that role, at a sale. */
const at = async (browser: Browser, role: Role, saleId?: string, options: BrowserContextOptions = {}): Promise<Page> => {
  const page = await newPage(browser, options);
  await page.goto(`${web()}/operator${saleId === undefined ? '' : `/sales/${saleId}`}`);
  await page.getByTestId('token').fill(operatorTokens[role]);
  await page.getByTestId('token').press('Enter');
  await expect(page.getByTestId('who')).toHaveAttribute('data-role', role);
  if (saleId !== undefined) await expect(page.getByTestId('kpi-waiting')).toBeVisible();
  return page;
};

test('a reload keeps the session, no part of the browser has the token, and signing out ends it in every tab', async ({ browser }) => {
  const saleId = await createSale();
  const page = await at(browser, 'admin', saleId);
  allow(page, expected.unknownToken);
  await expect(page.getByTestId('who')).toHaveText('anna 님(관리자)으로 로그인됨');
  const cookies = await page.context().cookies(`${web()}/api/admin/sales`);
  const session = cookies.find(({ name }) => name === 'sunbeon-operator');
  expect(session).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/api/admin' });
  expect(JSON.stringify(cookies)).not.toContain(operatorTokens.admin);
  const kept = await page.evaluate(() =>
    JSON.stringify([
      { ...localStorage },
      { ...sessionStorage },
      document.cookie,
      location.href,
      history.state,
      document.documentElement.outerHTML,
    ]),
  );
  expect(kept).not.toContain(operatorTokens.admin);
  expect(kept).not.toContain(session!.value);
  await page.reload();
  await expect(page.getByTestId('kpi-waiting')).toBeVisible();
  const tab = await page.context().newPage();
  await tab.goto(`${web()}/operator`);
  await expect(tab.getByTestId('who')).toContainText('anna');
  await page.getByTestId('sign-out').click();
  await expect(page.getByTestId('token')).toBeVisible();
  await expect(tab.getByTestId('token')).toBeVisible();
  await expect(tab.getByText('로그인 시간이 끝났습니다')).toBeVisible();
  await page.reload();
  await expect(page.getByTestId('token')).toBeVisible();
  expect(complaintsOf(page)).toEqual([]);
  await page.context().close();
});

test('each role sees what it may do, is told what it may not, and no link leads further', async ({ browser }) => {
  const saleId = await createSale({ access: 'code' });
  const viewer = await at(browser, 'viewer', saleId, { locale: 'en-US' });
  await expect(viewer.getByTestId('role-note')).toContainText('you see everything here and change nothing');
  for (const id of ['act-pause', 'act-stock', 'act-pace', 'edit', 'audit-log-entry', 'codes-export'])
    await expect(viewer.getByTestId(id)).toHaveCount(0);
  for (const path of ['/operator/new', `/operator/sales/${saleId}/edit`]) {
    await viewer.goto(web() + path);
    await expect(viewer.getByText('This needs the role admin; yours is viewer.')).toBeVisible();
  }
  const olga = await at(browser, 'operator', saleId);
  await expect(olga.getByTestId('role-note')).toContainText('관리자 역할이 필요합니다');
  for (const id of ['act-stock', 'edit', 'codes-export']) await expect(olga.getByTestId(id)).toHaveCount(0);
  await doIt(olga, 'pause');
  await expect(olga.getByTestId('status')).toHaveAttribute('data-status', 'paused');
  await expect(olga.getByTestId('audit-log-entry').first()).toContainText('olga');
  const anna = await at(browser, 'admin', saleId);
  await expect(anna.getByTestId('role-note')).toHaveCount(0);
  for (const id of ['act-stock', 'edit', 'codes-export']) await expect(anna.getByTestId(id)).toBeVisible();
  const download = anna.waitForEvent('download');
  await anna.getByTestId('codes-export').click();
  expect((await download).suggestedFilename()).toBe(`codes-${saleId}.csv`);
  for (const page of [viewer, olga, anna]) await page.context().close();
});

test('everything is there on a phone, by keyboard, and in English', async ({ browser }) => {
  const saleId = await createSale();
  const page = await newPage(browser, { viewport: { width: 360, height: 720 }, locale: 'en-US' });
  await page.goto(`${web()}/operator/sales/${saleId}`);
  await page.getByTestId('token').focus();
  await page.keyboard.type(`Bearer ${operatorTokens.operator}`);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('who')).toHaveText('Signed in as olga (operator)');
  await expect(page.getByTestId('kpi-waiting')).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  await page.getByTestId('sign-out').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('token')).toBeVisible();
  expect((await operator.auditLog(saleId)).status).toBe(200);
  expect((await saleOf(saleId)).status).toBe('open');
  await page.context().close();
});

import { readFileSync } from 'node:fs';
import { allow, expect, expected, test } from './strict.ts';
import type { Browser, BrowserContextOptions, Page } from '@playwright/test';
import { createSale, operator, saleOf } from '../fixtures/client.ts';
import { operatorTokens } from '../fixtures/stack.mjs';
import { complaintsOf, doIt, newPage, web } from './console-page.ts';
import { bought, fast } from './door.ts';

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
  await expect(viewer.getByTestId('role-note')).toContainText('you see the sales and their figures, and change nothing');
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

test('orders: an operator reads them and works at the door, an admin alone cancels, a viewer is told what is needed @long', async ({
  browser,
}) => {
  const saleId = await createSale(fast);
  const [first, second] = [await bought(saleId), await bought(saleId)];
  const orders = `${web()}/operator/sales/${saleId}/orders`;
  const door = `${web()}/operator/sales/${saleId}/check-in`;
  const viewer = await at(browser, 'viewer', saleId, { locale: 'en-US' });
  for (const id of ['to-orders', 'to-check-in']) await expect(viewer.getByTestId(id)).toHaveCount(0);
  for (const address of [orders, `${orders}/${first.purchaseId}`, door]) {
    await viewer.goto(address);
    await expect(viewer.getByText('This needs the role operator; yours is viewer.')).toBeVisible();
    await expect(viewer.getByText(first.purchaseId)).toHaveCount(0);
  }
  const olga = await at(browser, 'operator', saleId, { locale: 'en-US' });
  await olga.getByTestId('to-orders').click();
  await expect(olga.getByTestId('order')).toHaveCount(2);
  const download = olga.waitForEvent('download');
  await olga.getByTestId('orders-csv').click();
  expect((await download).suggestedFilename()).toBe(`orders-${saleId}.csv`);
  await olga.goto(`${orders}/${second.purchaseId}`);
  await expect(olga.getByTestId('order-no-cancel')).toHaveText('Only the role admin may cancel an order.');
  await expect(olga.getByTestId('order-cancel')).toHaveCount(0);
  await olga.goto(door);
  await olga.getByTestId('check-in-code').fill(first.purchaseId);
  await olga.getByTestId('check-in-button').click();
  await expect(olga.getByTestId('check-in-result')).toHaveAttribute('data-kind', 'ok');

  const anna = await at(browser, 'admin', saleId, { locale: 'en-US' });
  await anna.goto(`${orders}/${second.purchaseId}`);
  await anna.getByTestId('order-cancel').click();
  await anna.getByTestId('field-reason').fill('Paid twice');
  await anna.getByTestId('restock-true').check();
  await anna.getByTestId('dialog-yes').click();
  await expect(anna.getByTestId('order-state')).toHaveAttribute('data-state', 'cancelled');
  await anna.goto(`${web()}/operator/sales/${saleId}`);
  const entry = anna.locator('[data-action="cancel_order"]');
  for (const text of ['Paid → Cancelled', 'Paid twice', 'back to the line', second.purchaseId, 'anna'])
    await expect(entry).toContainText(text);
  const log = anna.waitForEvent('download');
  await anna.getByTestId('audit-log-csv').click();
  const text = readFileSync(await (await log).path(), 'utf8');
  for (const action of ['check_in', 'cancel_order', 'create']) expect(text).toContain(`"${saleId}","${action}"`);
  // The door's are kept apart: hundreds of them would hide everything else.
  await expect(anna.locator('[data-action="check_in"]')).toHaveCount(0);
  const { body } = await operator.auditLog(saleId);
  expect(body.entries.find(({ action }) => action === 'check_in')).toMatchObject({
    operator: 'olga',
    detail: { purchaseId: first.purchaseId },
  });
  for (const page of [viewer, olga, anna]) await page.context().close();
});

test('sign-ins, failed ones and new sales are below the list, for those who may see them', async ({ browser }) => {
  const saleId = await createSale({ title: 'Seen by Olga' });
  const page = await newPage(browser, { locale: 'en-US' });
  allow(page, expected.unknownToken);
  await page.goto(`${web()}/operator`);
  await page.getByTestId('token').fill('a-wrong-token-of-an-operator');
  await page.getByTestId('token').press('Enter');
  await expect(page.getByRole('alert').first()).not.toBeEmpty();
  await page.getByTestId('token').fill(operatorTokens.operator);
  await page.getByTestId('token').press('Enter');
  const entries = page.getByTestId('audit-log-entry');
  await expect(entries.filter({ hasText: 'Signed in' }).first()).toContainText('olga');
  await expect(entries.filter({ hasText: 'Wrong token' }).first()).toContainText('nobody');
  const download = page.waitForEvent('download');
  await page.getByTestId('audit-log-csv').click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('audit-log.csv');
  const text = readFileSync(await file.path(), 'utf8');
  expect(text).toContain(saleId);
  expect(text).not.toContain('a-wrong-token');
  const viewer = await at(browser, 'viewer');
  await expect(viewer.getByTestId('kpi-all-open')).toBeVisible();
  for (const id of ['audit-log-entry', 'audit-log-csv']) await expect(viewer.getByTestId(id)).toHaveCount(0);
  for (const one of [page, viewer]) await one.context().close();
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

test(
  'two operators at once: the second one sees by whom, from what to what, and keeps what was typed',
  { tag: '@long' },
  async ({ browser }) => {
    const saleId = await createSale({ admitPerSecond: 5 });
    const anna = await at(browser, 'admin', saleId);
    const olga = await at(browser, 'operator', saleId, { locale: 'en-US', viewport: { width: 360, height: 720 } });
    for (const page of [anna, olga]) allow(page, expected.refused);
    await olga.getByTestId('act-pace').click();
    await olga.getByTestId('field-admitPerSecond').fill('9');
    await doIt(anna, 'pace', '7');
    await doIt(anna, 'message', '곧 시작합니다');
    // The page has read the new values meanwhile; the change is for what the operator saw when the dialog opened.
    await expect(olga.getByTestId('dialog')).toContainText('Now: 7 a second');
    await olga.getByTestId('field-admitPerSecond').press('Enter');
    await expect(olga.getByTestId('conflict-entry')).toHaveCount(2);
    await expect(olga.getByTestId('conflict-entry').first()).toContainText(/anna, \d\d:\d\d(:\d\d)? [A-Z]\S+: Settings changed.*5 → 7/);
    await expect(olga.getByTestId('conflict-entry').last()).toContainText('cleared → 곧 시작합니다');
    await expect(olga.getByTestId('dialog-error')).toContainText('Another operator changed the sale');
    await expect(olga.getByTestId('field-admitPerSecond')).toHaveValue('9');
    expect(await olga.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    expect((await saleOf(saleId)).admitPerSecond).toBe(7);
    await olga.getByTestId('field-admitPerSecond').press('Enter');
    await expect(olga.getByTestId('dialog')).toHaveCount(0);
    expect(await saleOf(saleId)).toMatchObject({ admitPerSecond: 9, message: '곧 시작합니다' });

    // A status and the stock, too: a change of an unseen version is refused.
    await anna.getByTestId('act-stock').click();
    await anna.getByTestId('field-add').fill('10');
    await doIt(olga, 'pause');
    await anna.getByTestId('dialog-yes').click();
    await expect(anna.getByTestId('conflict-entry').last()).toContainText(/olga, .*일시 중지.*→ 일시 중지/);
    await expect(anna.getByTestId('field-add')).toHaveValue('10');
    expect((await saleOf(saleId)).stock!.total).toBe(100);
    await anna.getByTestId('dialog-yes').click();
    await expect(anna.getByTestId('dialog')).toHaveCount(0);
    expect((await saleOf(saleId)).stock!.total).toBe(110);
    await anna.getByTestId('act-resume').click();
    await doIt(olga, 'message', 'Back in ten minutes');
    await anna.getByTestId('dialog-yes').click();
    await expect(anna.getByTestId('conflict-entry').last()).toContainText('Back in ten minutes');
    expect((await saleOf(saleId)).status).toBe('paused');
    await anna.getByTestId('dialog-yes').click();
    await expect(anna.getByTestId('status')).toHaveAttribute('data-status', 'open');
    for (const page of [anna, olga]) await page.context().close();
  },
);

test('the form of all settings keeps typed values over a conflict, and warns before they are lost @long', async ({ browser }) => {
  const saleId = await createSale({ admitPerSecond: 5, sessionSeconds: 300 });
  const page = await at(browser, 'admin', saleId, { locale: 'en-US' });
  allow(page, expected.refused);
  await page.getByTestId('edit').click();
  await page.getByTestId('field-sessionSeconds').fill('90');
  await page.getByTestId('field-activeLimit').fill('50');
  await page.getByRole('link', { name: 'Operator console' }).first().click();
  await expect(page.getByTestId('dialog')).toContainText('Leave without saving?');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('field-sessionSeconds')).toHaveValue('90');
  // The Back button within the console asks the same.
  await page.getByTestId('field-title').click();
  await page.evaluate(() => history.back());
  await expect(page.getByTestId('dialog')).toContainText('Leave without saving?');
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/\/edit$/);
  await expect(page.getByTestId('field-sessionSeconds')).toHaveValue('90');
  const asked = page.waitForEvent('dialog');
  void page.reload().catch(() => {});
  const question = await asked;
  expect(question.type()).toBe('beforeunload');
  await question.dismiss();
  await expect(page.getByTestId('field-sessionSeconds')).toHaveValue('90');

  await page.getByTestId('submit').click();
  await expect(page.getByTestId('dialog')).toContainText('300 → 90');
  // The same setting, and another one.
  await operator.change(saleId, { sessionSeconds: 120, title: 'Second night' });
  await page.getByTestId('dialog-yes').click();
  await expect(page.getByTestId('conflict-entry')).toContainText('300 → 120');
  await expect(page.getByTestId('conflict-entry')).toContainText('→ Second night');
  await expect(page.getByTestId('dialog')).toContainText('120 → 90');
  await expect(page.getByTestId('field-title')).toHaveValue('Second night');
  await expect(page.getByTestId('field-activeLimit')).toHaveValue('50');
  expect(await saleOf(saleId)).toMatchObject({ sessionSeconds: 120, activeLimit: 1_000 });
  await page.getByTestId('dialog-yes').click();
  await expect(page.getByTestId('kpi-waiting')).toBeVisible();
  expect(await saleOf(saleId)).toMatchObject({ sessionSeconds: 90, activeLimit: 50, title: 'Second night' });

  await page.getByTestId('edit').click();
  await page.getByTestId('field-message').fill('not to be kept');
  await page.getByRole('link', { name: 'Cancel' }).click();
  await page.getByTestId('dialog-yes').click();
  await expect(page.getByTestId('kpi-waiting')).toBeVisible();
  expect((await saleOf(saleId)).message).toBeUndefined();
  await page.getByTestId('edit').click();
  await page.getByTestId('field-message').click();
  await page.keyboard.type('nor this');
  await page.evaluate(() => history.back());
  await page.getByTestId('dialog-yes').click();
  await expect(page.getByTestId('kpi-waiting')).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`/operator/sales/${saleId}$`));
  await page.context().close();
});

import type { Page } from '@playwright/test';
import { newShopKey, signedBy } from '../../services/queue/test/shop-signer.ts';
import { createSale, operator, saleOf, valueOf } from '../fixtures/client.ts';
import { connectionOf, control, englishPage, expectAccessible, expectState, open, web } from './page.ts';
import { allow, expect, expected, test } from './strict.ts';

/** A line without admissions, for members. */
const forMembers = (members: object, settings: object = {}) =>
  createSale({ admitPerSecond: 0.001, stock: 100, identity: 'member', members, ...settings } as Parameters<typeof createSale>[0]);
const login = { login: 'oidc' };
const clickJoin = (page: Page) => page.getByTestId('join-button').click();
const expectPosition = (page: Page, at: number) =>
  expect(page.getByTestId('position')).toHaveAttribute('data-position', String(at), { timeout: 20_000 });
const expectCleanAddress = async (page: Page, saleId: string): Promise<void> =>
  expect(await page.evaluate(() => [window.location.href, window.history.length])).toEqual([
    `${web()}/sales/${saleId}`,
    expect.any(Number),
  ]);

/** As the person does: the button of the sale, the link to the login, the account at the provider. */
const signInAs = async (page: Page, person: string): Promise<void> => {
  await clickJoin(page);
  await page.getByTestId('sign-in-link').click();
  // Whoever is signed in at the provider is not asked again.
  await page.getByRole('textbox', { name: 'Account' }).fill(person);
  await page.getByRole('button', { name: 'Sign in' }).click();
};

/** A question comes with its own chunk: its absence is seen once that had its time. */
const expectNoQuestion = async (page: Page): Promise<void> => {
  await expect(connectionOf(page)).toHaveAttribute('data-connection', 'live');
  await page.waitForTimeout(1_500);
  await expect(page.getByTestId('link-offer')).toBeHidden();
};

const shop = newShopKey('ES256', 'shop');
const ofShop = { issuer: 'https://shop.example', audience: 'line', jwks: { keys: [shop.jwk] } };
const tokenOf = (sub: string, seconds = 60): string =>
  signedBy(shop, { iss: ofShop.issuer, aud: ofShop.audience, sub, exp: Math.floor(Date.now() / 1_000) + seconds });

test('a member signs in at the provider and has one place on two browsers, in both languages', async ({ page, browser }) => {
  allow(page, expected.unknownToken);
  const saleId = await forMembers(login);
  await open(page, saleId);
  await clickJoin(page);
  await expect(page.getByTestId('sign-in')).toContainText('로그인하고 순번을 받으세요');
  await expect(page.getByTestId('join-button')).toBeHidden();
  await expect(page.getByTestId('sign-in').getByRole('heading')).toBeFocused();
  await expectAccessible(page);
  await page.getByTestId('sign-in-link').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Account' }).fill('ada');
  await page.keyboard.press('Enter');
  await expectPosition(page, 1);
  await expectCleanAddress(page, saleId);
  await expect(page.getByTestId('transfer-button')).toBeHidden();

  const [again, other] = [await englishPage(browser), await englishPage(browser)];
  for (const [tab, person, at] of [
    [again, 'ada', 1],
    [other, 'bob', 2],
  ] as const) {
    allow(tab, expected.unknownToken);
    await open(tab, saleId);
    await signInAs(tab, person);
    await expectPosition(tab, at);
  }
  expect((await saleOf(saleId)).waiting).toBe(2);
  await again.reload();
  await expectPosition(again, 1);

  // The way back leads nowhere twice, and nowhere else.
  const back: string[] = [];
  other.on('request', (request) => {
    if (request.url().includes('/api/login/callback')) back.push(request.url());
  });
  await other.goto(`${web()}/api/sales/${saleId}/login`);
  await expectPosition(other, 2);
  expect(back).toHaveLength(1);
  await other.goto(back[0]!);
  await expectPosition(other, 2);
  await expectCleanAddress(other, saleId);
  await other.goto(`${web()}/api/login/callback?code=1&state=${encodeURIComponent('//evil.example')}.x`);
  expect(new URL(other.url()).origin).toBe(web());
  for (const tab of [again, other]) await tab.context().close();
});

test('a login that comes to nothing is told, and the way is offered again @long', async ({ page }) => {
  allow(page, expected.unknownToken);
  const saleId = await forMembers(login);
  await open(page, saleId);
  await signInAs(page, '');
  await expect(page.getByTestId('sign-in').getByRole('alert')).toHaveText(/로그인되지 않았습니다/);
  await expectCleanAddress(page, saleId);
  await expectAccessible(page);
  // The provider goes away while the person is on the way back.
  await control('kill', 'login-tokens');
  try {
    await page.getByTestId('sign-in-link').click();
    await page.getByRole('textbox', { name: 'Account' }).fill('bob');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('sign-in').getByRole('alert')).toHaveText(/지금은 로그인할 수 없습니다/);
  } finally {
    await control('start', 'login-tokens');
  }
  // Signed in at the provider by now: it asks no more.
  await page.getByTestId('sign-in-link').click();
  await expectPosition(page, 1);
});

test('the link of a shop gives its member a place; a browser with a place is asked @long', async ({ page, browser }) => {
  allow(page, expected.unknownToken);
  const saleId = await forMembers(ofShop, { returnUrls: ['https://shop.example/'] });
  await page.goto(`${web()}/sales/${saleId}#member=${tokenOf('ada')}`);
  await expectPosition(page, 1);
  await expectCleanAddress(page, saleId);
  expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, window.history.state]))).not.toContain(
    'ada',
  );

  // Her own link again asks nothing; that of somebody else does.
  const follow = async (token: string): Promise<void> => {
    await page.goto('about:blank');
    await page.goto(`${web()}/sales/${saleId}#member=${token}`);
  };
  await follow(tokenOf('ada'));
  await expectPosition(page, 1);
  await expectNoQuestion(page);
  await follow(tokenOf('mallory'));
  await expect(page.getByTestId('link-offer')).toBeVisible();
  await expectAccessible(page);
  await page.getByTestId('link-keep').click();
  await expect(page.getByTestId('link-offer')).toBeHidden();
  await expectPosition(page, 1);
  expect((await saleOf(saleId)).waiting).toBe(1);
  await follow(tokenOf('mallory'));
  await page.getByTestId('link-change').click();
  await expectPosition(page, 2);
  await page.reload();
  await expectPosition(page, 2);
  await follow(tokenOf('mallory'));
  await expectPosition(page, 2);
  await expectNoQuestion(page);

  // A link that is over by the time of the answer changes nothing, and that is told, also during the turn.
  await valueOf('open the line', operator.change(saleId, { admitPerSecond: 50 }));
  await expectState(page, 'buying');
  await follow(tokenOf('carol', -60));
  await page.getByTestId('link-change').click();
  await expect(page.getByText('로그인이 만료되었습니다', { exact: false })).toBeVisible();
  await expectState(page, 'buying');

  // The same for who has no place: the way to the shop.
  const late = await englishPage(browser);
  allow(late, expected.unknownToken);
  await late.goto(`${web()}/sales/${saleId}#member=${tokenOf('carol', -60)}`);
  await expect(late.getByTestId('sign-in').getByRole('alert')).toHaveText(/not signed in/);
  await expect(late.getByTestId('sign-in-link')).toHaveAttribute('href', 'https://shop.example/');
  await expectAccessible(late);
  await expectState(late, 'join');
  await late.context().close();
});

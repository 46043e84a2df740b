/** @jest-environment jsdom */
import { afterEach, describe, expect, it } from '@jest/globals';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { LinkOffer } from '../features/entrance/link-offer.tsx';
import { SignIn } from '../features/entrance/sign-in.tsx';
import type { Failure } from '../lib/api.ts';
import { en } from '../lib/i18n/en.ts';
import { ko } from '../lib/i18n/ko.ts';
import { LanguageProvider } from '../lib/i18n/language-context.tsx';
import { readFragment } from '../lib/fragment.ts';
import { isSameMember, rememberMember } from '../lib/member-token.ts';

const inLanguage = (language: 'en' | 'ko', children: React.ReactNode) => (
  <LanguageProvider initial={language} messages={language === 'en' ? en : ko}>
    {children}
  </LanguageProvider>
);
const tokenOf = (claims: object): string => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
afterEach(() => {
  cleanup();
  localStorage.clear();
  sessionStorage.clear();
});

describe('the fragment of a sign-in', () => {
  it.each([
    ['', {}],
    ['#', {}],
    ['#rules', {}],
    ['#member=', {}],
    ['#member=a.b.c', { member: 'a.b.c' }],
    ['#login=failed', { login: 'failed' }],
    ['#login=unavailable', { login: 'unavailable' }],
    ['#login=anything', {}],
    ['#code=7K3Q&member=a.b.c', { code: '7K3Q', member: 'a.b.c' }],
  ])('%j says %j', (hash, said) => {
    expect(readFragment(hash)).toEqual(said);
  });
});

describe('a member token', () => {
  it('of the member whose place this is is known again; another one, and no token, is not; storage names nobody', () => {
    const [ada, again, bob] = [
      { iss: 'i', sub: 'ada' },
      { iss: 'i', sub: 'ada', exp: 7 },
      { iss: 'i', sub: 'bob' },
    ].map(tokenOf);
    expect(isSameMember('concert', ada!)).toBe(false);
    rememberMember('concert', ada!);
    expect([ada, again, bob, 'junk'].map((token) => isSameMember('concert', token!))).toEqual([true, true, false, false]);
    expect(isSameMember('other', ada!)).toBe(false);
    expect(JSON.stringify({ ...localStorage })).not.toContain('ada');
  });
});

describe.each(['en', 'ko'] as const)('signing in, in %s', (language) => {
  const words = language === 'en' ? en : ko;

  const sale = { saleId: 'concert', returnUrls: ['https://shop.example/'] };
  const shown = (props: Partial<Parameters<typeof SignIn>[0]>) =>
    render(inLanguage(language, <SignIn sale={sale} login={undefined} failure={null} {...props} />));
  const refusal = (code: string, loginUrl?: unknown) => ({ code, status: 401, isProblem: true, loginUrl }) as Failure;

  it('is a link to the login where there is one', () => {
    shown({ failure: refusal('member_required', '/api/sales/concert/login') });
    const link = screen.getByTestId('sign-in-link');
    expect([link.getAttribute('href'), link.textContent]).toEqual(['/api/sales/concert/login', words['signIn.button']]);
    expect(screen.queryByText(words['signIn.shop'])).toBeNull();
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it.each(['https://evil.example', '//evil.example', 'javascript:alert(1)', '/api/sales/other/login', undefined, 7])(
    'goes to the shop, and never to %j',
    (loginUrl) => {
      shown({ failure: refusal('member_required', loginUrl) });
      expect(screen.getByTestId('sign-in-link').getAttribute('href')).toBe('https://shop.example/');
      expect(screen.getByText(words['signIn.shop'])).not.toBeNull();
    },
  );

  it('names the shop alone where no address is known', () => {
    shown({ sale: { saleId: 'concert' } });
    expect(screen.queryByTestId('sign-in-link')).toBeNull();
  });

  it.each(['failed', 'unavailable'] as const)('says that the last one %s', (login) => {
    shown({ login });
    expect(screen.getByRole('alert').textContent).toBe(words[`signIn.${login}`]);
  });

  it('says that a token was no good', () => {
    shown({ failure: refusal('invalid_member') });
    expect(screen.getByRole('alert').textContent).toBe(words['signIn.failed']);
  });
});

describe.each(['en', 'ko'] as const)('a link of another visitor, in %s', (language) => {
  const words = language === 'en' ? en : ko;

  it.each(['member', 'transfer'] as const)('of a %s is asked about before, and each answer is its own', (what) => {
    const chosen: string[] = [];
    render(
      inLanguage(language, <LinkOffer what={what} busy={false} onYes={() => chosen.push('switch')} onNo={() => chosen.push('keep')} />),
    );
    expect(screen.getByText(words[`link.${what}`])).not.toBeNull();
    fireEvent.click(screen.getByText(words['link.keep']));
    fireEvent.click(screen.getByText(words['link.change']));
    expect(chosen).toEqual(['keep', 'switch']);
  });
});

/** @jest-environment jsdom */
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { OtherVisitorDialog } from '../features/entrance/other-visitor-dialog.tsx';
import { SignIn } from '../features/entrance/sign-in.tsx';
import { en } from '../lib/i18n/en.ts';
import { ko } from '../lib/i18n/ko.ts';
import { LanguageProvider } from '../lib/i18n/language-context.tsx';
import {
  forgetMemberToken,
  isSameMember,
  keepMemberToken,
  loginUrlOf,
  memberTokenOf,
  readMemberFragment,
  rememberMember,
} from '../lib/member-token.ts';

const inLanguage = (language: 'en' | 'ko', children: React.ReactNode) => (
  <LanguageProvider initial={language} messages={language === 'en' ? en : ko}>
    {children}
  </LanguageProvider>
);
const tokenOf = (claims: object): string => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
beforeAll(() => {
  // What jsdom lacks of the dialog.
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true;
  };
  HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) {
    this.open = false;
  };
});
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
    ['#member=a.b.c', { token: 'a.b.c' }],
    ['#login=failed', { outcome: 'failed' }],
    ['#login=unavailable', { outcome: 'unavailable' }],
    ['#login=anything', {}],
    ['#code=7K3Q&member=a.b.c', { token: 'a.b.c' }],
  ])('%j says %j', (hash, said) => {
    expect(readMemberFragment(hash)).toEqual(said);
  });
});

describe('a member token', () => {
  it('is in the memory of the page alone, for its sale', () => {
    keepMemberToken('concert', 'a.b.c');
    expect([memberTokenOf('concert'), memberTokenOf('other')]).toEqual(['a.b.c', undefined]);
    expect([localStorage.length, sessionStorage.length, document.cookie]).toEqual([0, 0, '']);
    forgetMemberToken('concert');
    expect(memberTokenOf('concert')).toBeUndefined();
  });

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

describe('the address of a login', () => {
  it('is that of the sale, and no other that an answer may name', () => {
    expect(loginUrlOf('concert', { code: 'member_required', loginUrl: '/api/sales/concert/login' })).toBe('/api/sales/concert/login');
    for (const loginUrl of ['https://evil.example', '//evil.example', 'javascript:alert(1)', '/api/sales/other/login', undefined, 7])
      expect(loginUrlOf('concert', { loginUrl })).toBeNull();
    expect([loginUrlOf('concert', null), loginUrlOf('concert', {})]).toEqual([null, null]);
  });
});

describe.each(['en', 'ko'] as const)('signing in, in %s', (language) => {
  const words = language === 'en' ? en : ko;

  it('is a link to the login where there is one', () => {
    render(inLanguage(language, <SignIn loginUrl="/api/sales/concert/login" shopUrl="https://shop.example/" />));
    const link = screen.getByTestId('sign-in-link');
    expect([link.getAttribute('href'), link.textContent]).toEqual(['/api/sales/concert/login', words['signIn.button']]);
    expect(screen.queryByText(words['signIn.shop'])).toBeNull();
  });

  it('is a link to the shop, or its name alone, where there is none', () => {
    const { rerender } = render(inLanguage(language, <SignIn loginUrl={null} shopUrl="https://shop.example/" />));
    expect(screen.getByTestId('sign-in-link').getAttribute('href')).toBe('https://shop.example/');
    expect(screen.getByText(words['signIn.shop'])).not.toBeNull();
    rerender(inLanguage(language, <SignIn loginUrl={null} shopUrl={null} />));
    expect(screen.queryByTestId('sign-in-link')).toBeNull();
  });

  it.each(['failed', 'unavailable'] as const)('says that the last one %s', (outcome) => {
    render(inLanguage(language, <SignIn loginUrl="/api/sales/concert/login" shopUrl={null} outcome={outcome} />));
    expect(screen.getByRole('alert').textContent).toBe(words[`signIn.${outcome}`]);
  });
});

describe.each(['en', 'ko'] as const)('a link of another visitor, in %s', (language) => {
  const words = language === 'en' ? en : ko;
  const opened = (open: boolean) => {
    const chosen: string[] = [];
    render(
      inLanguage(language, <OtherVisitorDialog open={open} onSwitch={() => chosen.push('switch')} onKeep={() => chosen.push('keep')} />),
    );
    return chosen;
  };

  it('is asked about before, and each answer is its own', () => {
    const chosen = opened(true);
    expect(screen.getByText(words['otherVisitor.body'])).not.toBeNull();
    fireEvent.click(screen.getByText(words['otherVisitor.keep']));
    fireEvent.click(screen.getByText(words['otherVisitor.switch']));
    expect(chosen).toEqual(['keep', 'switch']);
  });

  it('keeps the place when the dialog is closed', () => {
    const chosen = opened(true);
    fireEvent(document.querySelector('dialog')!, new Event('close'));
    expect(chosen).toEqual(['keep']);
  });

  it('is not asked about without reason', () => {
    opened(false);
    expect(document.querySelector('dialog')!.open).toBe(false);
  });
});

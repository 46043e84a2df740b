import { jest } from '@jest/globals';
import type { OperatorSale } from '@sunbeon/contracts';
import { act, render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { SessionContext, type Session } from '../features/operator/session.tsx';
import { en } from '../lib/i18n/en.ts';
import { LanguageProvider } from '../lib/i18n/language-context.tsx';
import type { Language } from '../lib/i18n/messages.ts';
import { momentText } from '../lib/i18n/format.ts';

export const ok = <T,>(value: T) => ({ ok: true as const, status: 200, value });
export const lost = { ok: false as const, failure: { code: 'network' as const, status: 0 as const, reason: 'timeout' as const } };
export const refused = (code: string, status = 409) => ({ ok: false as const, failure: { code, status, isProblem: true } });

/** The same object: a part of the console that gets another one reads anew. */
const withClock = (api: object): object => ('nowMs' in api ? api : Object.assign(api, { nowMs: () => Date.now() }));

/** An admin's session with an API of its own. */
export const sessionOf = (api: object): Session =>
  ({ api: withClock(api), check: () => undefined, rules: {}, name: 'anna', role: 'admin' }) as unknown as Session;

export const consoleOf = (api: object, page: ReactNode, language: Language = 'en') => (
  <LanguageProvider initial={language} messages={en}>
    <SessionContext value={sessionOf(api)}>{page}</SessionContext>
  </LanguageProvider>
);
/** Renders a part of the console as an admin sees it. */
export const renderInConsole = async (api: object, page: ReactNode, language?: Language) =>
  await act(async () => render(consoleOf(api, page, language)));

/** jsdom has no modal dialogs. */
export const withDialogs = (): void => {
  HTMLDialogElement.prototype.showModal = function show() {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close() {
    this.open = false;
  };
};
export const pass = (ms: number) => act(() => jest.advanceTimersByTimeAsync(ms));
/** As this machine's zone writes it. */
export const momentOf = (ms: number): string => momentText('en', new Date(ms).toISOString());

export const saleOf = (more: Partial<OperatorSale> = {}): OperatorSale =>
  ({
    saleId: 'concert',
    title: 'Concert',
    kind: 'shop',
    status: 'open',
    version: 1,
    timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    serverTime: new Date().toISOString(),
    ...more,
  }) as OperatorSale;

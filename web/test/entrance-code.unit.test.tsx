/** @jest-environment jsdom */
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { CodeField } from '../features/entrance/code-field.tsx';
import { TransferButton } from '../features/entrance/transfer-button.tsx';
import { en } from '../lib/i18n/en.ts';
import { ko } from '../lib/i18n/ko.ts';
import { LanguageProvider } from '../lib/i18n/language-context.tsx';

const inLanguage = (language: 'en' | 'ko', children: React.ReactNode) => (
  <LanguageProvider initial={language} messages={language === 'en' ? en : ko}>
    {children}
  </LanguageProvider>
);
const realFetch = globalThis.fetch;
afterEach(() => {
  cleanup();
  jest.useRealTimers();
  globalThis.fetch = realFetch;
  localStorage.clear();
});
/** The gateway's answer to every call; returns the calls. */
const answering = (status: number, body: object): string[] => {
  const calls: string[] = [];
  globalThis.fetch = (async (url: string, init: { method: string; body?: string }) => {
    calls.push(`${init.method} ${url} ${init.body ?? ''}`);
    const headers = new Headers({ 'content-type': status < 300 ? 'application/json' : 'application/problem+json' });
    return { ok: status < 300, status, headers, json: async () => body, text: async () => JSON.stringify(body) };
  }) as unknown as typeof fetch;
  return calls;
};

describe('the field of a code', () => {
  it.each(['en', 'ko'] as const)('says what is wrong, in %s', (language) => {
    const words = language === 'en' ? en : ko;
    const typed: string[] = [];
    render(inLanguage(language, <CodeField value="x" onChange={(text) => typed.push(text)} fault="problem.code_invalid" />));
    const field = screen.getByLabelText(words['code.label']);
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(screen.getByRole('alert').textContent).toBe(words['problem.code_invalid']);
    fireEvent.change(field, { target: { value: 'ab-12' } });
    expect(typed).toEqual(['ab-12']);
  });
});

describe('another device', () => {
  const url = 'https://tickets.example/sales/concert#transfer=Yk3v0pVQmJm1n2q7cE4x8A';
  const open = async (expiresAtMs: number, clockOffsetMs: number) => {
    const calls = answering(201, { url, code: 'Yk3v0pVQmJm1n2q7cE4x8A', expiresAt: new Date(expiresAtMs).toISOString() });
    render(inLanguage('en', <TransferButton saleId="concert" clockOffsetMs={clockOffsetMs} />));
    await act(async () => void (await import('../features/entrance/transfer-link.tsx')));
    await act(async () => fireEvent.click(screen.getByTestId('transfer-button')));
    await act(async () => {});
    return calls;
  };

  it('shows the link, its QR code and how long it is good; and nothing of it after that', async () => {
    jest.useFakeTimers();
    const serverMs = Date.parse('2026-05-01T10:00:00Z');
    const calls = await open(serverMs + 120_000, serverMs - performance.now());
    expect(calls).toEqual(['POST /api/sales/concert/queue/me/transfer ']);
    expect(screen.getByTestId<HTMLInputElement>('transfer-link').value).toBe(url);
    expect(screen.getByRole('img', { name: en['transfer.qr'] }).querySelector('path')!.getAttribute('d')!.length).toBeGreaterThan(1_000);
    await act(async () => jest.advanceTimersByTime(119_000));
    expect(screen.queryByTestId('transfer-link')).not.toBeNull();
    await act(async () => jest.advanceTimersByTime(1_001));
    expect(screen.queryByTestId('transfer-link')).toBeNull();
    expect(screen.getByTestId('transfer-again').textContent).toBe(en['transfer.again']);
  });

  it('says why there is none', async () => {
    answering(429, { type: '/docs/errors#rate_limited', title: 'Too many requests', status: 429, code: 'rate_limited' });
    render(inLanguage('en', <TransferButton saleId="concert" clockOffsetMs={0} />));
    await act(async () => void (await import('../features/entrance/transfer-link.tsx')));
    await act(async () => fireEvent.click(screen.getByTestId('transfer-button')));
    await act(async () => {});
    expect(screen.getByRole('alert').textContent).toBe(en['transfer.limited']);
  });
});

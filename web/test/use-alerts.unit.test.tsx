/** @jest-environment jsdom */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { act, cleanup, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { useAlerts } from '../features/waiting/use-alerts.ts';
import { en } from '../lib/i18n/en.ts';
import { LanguageProvider } from '../lib/i18n/language-context.tsx';

const wrapper = ({ children }: { children: ReactNode }) => (
  <LanguageProvider initial="en" messages={en}>
    {children}
  </LanguageProvider>
);
let answers: ((answer: string) => void)[];

beforeEach(() => {
  localStorage.clear();
  answers = [];
  (globalThis as { Notification?: unknown }).Notification = {
    permission: 'default',
    requestPermission: () =>
      new Promise((resolve) => {
        answers.push(resolve);
      }),
  };
});
afterEach(() => {
  cleanup();
  delete (globalThis as { Notification?: unknown }).Notification;
});

it('alerts that were switched off stay off, whenever the question for permission is answered', async () => {
  const { result } = renderHook(() => useAlerts({ state: 'loading' }, 'Concert'), { wrapper });
  act(() => result.current.turnOn());
  expect(result.current.status).toBe('sound');
  act(() => result.current.turnOff());
  await act(async () => answers[0]!('granted'));
  expect(result.current.status).toBe('off');
  act(() => result.current.turnOn());
  await act(async () => answers[1]!('granted'));
  expect(result.current.status).toBe('both');
});

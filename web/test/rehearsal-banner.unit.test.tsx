/** @jest-environment jsdom */
import { afterEach, expect, it } from '@jest/globals';
import { act, cleanup, fireEvent, screen } from '@testing-library/react';
import { RehearsalBanner } from '../features/operator/rehearsal/rehearsal-banner.tsx';
import { operatorEn } from '../lib/i18n/operator-en.ts';
import { consoleOf, lost, ok, renderInConsole, saleOf } from './in-console.tsx';

afterEach(cleanup);

const rehearsal = { of: 'concert', people: 9, minutes: 1, conversion: 1, noShowRate: 0, arrivalSeconds: 9, until: '2026-05-01T10:00:00Z' };
const sale = saleOf({ saleId: 'rehearsal-1', joined: 9, rehearsal });

it('a stop that failed says so until it is tried again, and nothing of a rehearsal that has ended', async () => {
  const answers = [lost, lost, ok(sale)];
  const act1 = async (call: () => Promise<unknown>) => (await call()) as never;
  const api = { status: async () => answers.shift() };
  const { rerender } = await renderInConsole(api, <RehearsalBanner sale={sale} act={act1} />);
  const press = () => act(async () => fireEvent.click(screen.getByTestId('rehearsal-stop')));
  const alert = () => screen.queryByRole('alert')?.textContent;
  await press();
  expect(alert()).toBe(operatorEn['problem.network']);
  await press();
  expect(alert()).toBe(operatorEn['problem.network']);
  // The first attempt has stopped it: the figures say so.
  rerender(consoleOf(api, <RehearsalBanner sale={{ ...sale, status: 'closed' }} act={act1} />));
  expect(alert()).toBeUndefined();
  rerender(consoleOf(api, <RehearsalBanner sale={sale} act={act1} />));
  await press();
  expect(alert()).toBeUndefined();
});

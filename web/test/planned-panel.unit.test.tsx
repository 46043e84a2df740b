/** @jest-environment jsdom */
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { OperatorSale, PlannedChange } from '@sunbeon/contracts';
import { act, cleanup, fireEvent, screen } from '@testing-library/react';
import { PlannedPanel } from '../features/operator/planned/planned-panel.tsx';
import { operatorEn } from '../lib/i18n/operator-en.ts';
import { consoleOf, lost, momentOf, ok, pass, refused, renderInConsole, saleOf, withDialogs } from './in-console.tsx';

const startMs = Date.UTC(2026, 4, 1, 10);
const planned: PlannedChange = {
  plannedId: 'one',
  at: new Date(startMs + 10_000).toISOString(),
  change: { admitPerSecond: 5 },
  operator: 'olga',
};
type Answer = { ok: boolean };

/** The answers to the attempts to take it back, one after the other. */
let answers: Answer[];
let plan: () => Promise<Answer>;
const api = { planned: () => plan(), unplan: async () => answers.shift() };
const saleNow = (more: Partial<OperatorSale> = {}) => saleOf({ serverTime: new Date().toISOString(), ...more });

beforeEach(() => {
  jest.useFakeTimers({ now: startMs });
  withDialogs();
  plan = async () => ok({ planned: [planned] });
});
afterEach(() => {
  cleanup();
  jest.useRealTimers();
});

const takeBack = async (...all: Answer[]): Promise<void> => {
  answers = all;
  fireEvent.click(screen.getByText(operatorEn['planned.back']));
  while (answers.length > 0) await act(async () => fireEvent.click(screen.getByTestId('dialog-yes')));
};
const said = (): string | null | undefined => screen.queryByTestId('dialog-error')?.textContent;

it('a change that was just made is not taken back: the dialog says so, and has nothing to confirm any more', async () => {
  await renderInConsole(api, <PlannedPanel sale={saleNow()} />);
  await takeBack(refused('planned_not_found', 404));
  expect(said()).toBe(operatorEn['planned.back.gone']);
  expect(screen.queryByTestId('dialog-yes')).toBeNull();
  plan = async () => ok({ planned: [] });
  fireEvent.click(screen.getByTestId('dialog-no'));
  await pass(0);
  expect(screen.queryByTestId('dialog')).toBeNull();
  expect(screen.getByText(operatorEn['planned.none'])).toBeTruthy();
});

it('an attempt without an answer took it back, if its time has not come', async () => {
  await renderInConsole(api, <PlannedPanel sale={saleNow()} />);
  await takeBack(lost, refused('planned_not_found', 404));
  expect(screen.queryByTestId('dialog')).toBeNull();
});

it('an attempt without an answer may have been too late, once the time has come', async () => {
  await renderInConsole(api, <PlannedPanel sale={saleNow()} />);
  await takeBack(lost);
  expect(said()).toBe(operatorEn['problem.network']);
  await pass(10_000);
  answers = [refused('planned_not_found', 404)];
  await act(async () => fireEvent.click(screen.getByTestId('dialog-yes')));
  expect(said()).toBe(operatorEn['planned.back.gone.lost']);
  expect(screen.queryByTestId('dialog-yes')).toBeNull();
});

it('whether the time has come is judged by the clock of the service, not of a slow device', async () => {
  await renderInConsole({ ...api, nowMs: () => startMs + 10_000 }, <PlannedPanel sale={saleNow()} />);
  await takeBack(lost, refused('planned_not_found', 404));
  expect(said()).toBe(operatorEn['planned.back.gone.lost']);
});

it('a dialog stays when the planned change closes the sale, whose plan is over', async () => {
  const { rerender } = await renderInConsole(api, <PlannedPanel sale={saleNow()} />);
  fireEvent.click(screen.getByText(operatorEn['planned.back']));
  rerender(consoleOf(api, <PlannedPanel sale={saleNow({ status: 'closed' })} />));
  answers = [refused('planned_not_found', 404)];
  await act(async () => fireEvent.click(screen.getByTestId('dialog-yes')));
  expect(said()).toBe(operatorEn['planned.back.gone']);
  await act(async () => fireEvent.click(screen.getByTestId('dialog-no')));
  expect(screen.queryByTestId('dialog')).toBeNull();
  expect(screen.queryByText(operatorEn['planned.title'])).toBeNull();
});

it('a plan that was not read is not an empty one, and an old one says of when it is', async () => {
  let answer: (found: Answer) => void = () => undefined;
  plan = () => new Promise((resolve) => (answer = resolve));
  await renderInConsole(api, <PlannedPanel sale={saleNow()} />);
  const note = () => screen.getByTestId('read-note').textContent?.trim();
  expect(note()).toBe(operatorEn['read.loading']);
  await act(async () => answer(lost));
  expect(note()).toBe(operatorEn['read.failed']);
  expect(screen.queryByText(operatorEn['planned.none'])).toBeNull();
  await pass(10_000);
  await act(async () => answer(ok({ planned: [planned] })));
  expect(note()).toBe('');
  await pass(10_000);
  await act(async () => answer(lost));
  expect(note()).toBe(operatorEn['read.old'].replace('{time}', momentOf(startMs + 10_000)));
  expect(screen.getAllByTestId('planned-change')).toHaveLength(1);
});

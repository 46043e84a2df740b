/** @jest-environment jsdom */
import { afterEach, expect, it } from '@jest/globals';
import { act, cleanup, render, screen } from '@testing-library/react';
import { Receipt } from '../features/purchase/receipts.tsx';
import { en } from '../lib/i18n/en.ts';
import { LanguageProvider } from '../lib/i18n/language-context.tsx';

afterEach(cleanup);

it('a receipt has its number as a QR code with words for it; that of a cancelled order has none', async () => {
  const show = async (state: 'paid' | 'cancelled') => {
    const purchase = {
      purchaseId: 'p_Q0mXx3oB2Zc7VbQ9aK1dTg',
      saleId: 'concert',
      visitorId: 'v',
      quantity: 1,
      state,
      purchasedAt: '2026-05-01T10:00:00.000Z',
    };
    await act(async () =>
      render(
        <LanguageProvider initial="en" messages={en}>
          <Receipt purchase={purchase} newest />
        </LanguageProvider>,
      ),
    );
  };
  await show('paid');
  const code = await screen.findByRole('img');
  expect(code.getAttribute('aria-label')).toContain('p_Q0mXx3oB2Zc7VbQ9aK1dTg');
  // White around it, whatever the colours of the page.
  expect(code.querySelector('rect')!.getAttribute('fill')).toBe('#fff');
  cleanup();
  await show('cancelled');
  expect(screen.queryByRole('img')).toBeNull();
  expect(screen.queryByTestId('purchase-qr')).toBeNull();
});

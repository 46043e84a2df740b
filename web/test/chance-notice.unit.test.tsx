/** @jest-environment jsdom */
import { afterEach, expect, it } from '@jest/globals';
import { cleanup, render } from '@testing-library/react';
import { ChanceNotice } from '../features/waiting/chance-notice.tsx';
import { en } from '../lib/i18n/en.ts';
import { LanguageProvider } from '../lib/i18n/language-context.tsx';

afterEach(cleanup);

it('appears once the chance is below 70 %, and stays while it moves around that', () => {
  const notice = (chance: number) => (
    <LanguageProvider initial="en" messages={en}>
      <ChanceNotice chance={chance} />
    </LanguageProvider>
  );
  const { container, rerender } = render(notice(0.75));
  const said: string[] = [];
  for (const chance of [0.7, 0.69, 0.74, 0.71, 0.6, 0.43, 0.12, 0.094, 0.01]) {
    rerender(notice(chance));
    said.push(/about (\d+)%/.exec(container.textContent ?? '')?.[1] ?? '');
  }
  expect(said).toEqual(['', '70', '75', '70', '60', '45', '10', '9', '1']);
});

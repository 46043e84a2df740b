/** @jest-environment jsdom */
import { afterEach, describe, expect, it } from '@jest/globals';
import { cleanup, render } from '@testing-library/react';
import { NumberTicker } from '../ui/number-ticker.tsx';

const spoken = (container: HTMLElement): string | null | undefined => container.querySelector('.sr-only')?.textContent;
const columns = (container: HTMLElement): number => container.querySelectorAll('[aria-hidden] .overflow-hidden').length;

afterEach(cleanup);

describe('NumberTicker', () => {
  it('exposes the whole number to a screen reader and hides the rolling digits from it', () => {
    const { container } = render(<NumberTicker value={12_345} />);
    expect(spoken(container)).toBe('12,345');
    expect(columns(container)).toBe(5);
  });

  it('loses a column when the number gets shorter', () => {
    const { container, rerender } = render(<NumberTicker value={1_000} />);
    rerender(<NumberTicker value={999} />);
    expect(spoken(container)).toBe('999');
    expect(columns(container)).toBe(3);
  });

  it('shows zero for what is not a count', () => {
    const { container } = render(<NumberTicker value={-3} />);
    expect(spoken(container)).toBe('0');
  });
});

'use client';

import type { CSSProperties } from 'react';
import { useGlide } from './motion.tsx';

interface NumberTickerProps {
  /** A whole number from 0. */
  value: number;
  /** BCP 47 language, for the grouping of digits. */
  language?: string;
  className?: string;
}

const digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
/** Duration of a digit's roll, seconds: less than the second between two positions. */
const rollSeconds = 0.75;

const Digit = ({ digit }: { digit: number }) => {
  const { element, initial } = useGlide<HTMLSpanElement>(`translateY(${digit * -1.2}em)`, rollSeconds);
  return (
    <span className="relative inline-block h-[1.2em] w-[1ch] overflow-hidden">
      <span ref={element} className="absolute inset-x-0 top-0 flex flex-col" style={{ transform: initial }}>
        {digits.map((text) => (
          <span key={text} className="h-[1.2em] text-center">
            {text}
          </span>
        ))}
      </span>
    </span>
  );
};

/**
 * A number whose digits roll to their new place, column by column, by transforms alone. Screen readers get the
 * plain number without an announcement. The text shrinks to fit its container, whatever the number.
 */
export const NumberTicker = ({ value, language = 'en', className = '' }: NumberTickerProps) => {
  const text = new Intl.NumberFormat(language, { maximumFractionDigits: 0 }).format(Math.max(0, Math.round(value)));
  const style = { '--characters': text.length } as CSSProperties;
  return (
    <span className={`number-ticker ${className}`} style={style} data-value={value}>
      <span className="sr-only">{text}</span>
      <span aria-hidden="true" className="inline-flex leading-[1.2] tabular-nums">
        {Array.from(text, (character, index) => {
          const key = text.length - index;
          return digits.includes(character) ? <Digit key={key} digit={Number(character)} /> : <span key={key}>{character}</span>;
        })}
      </span>
    </span>
  );
};

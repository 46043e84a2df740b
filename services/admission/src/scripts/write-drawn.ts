import { defineScript } from '@sunbeon/runtime';
import { stepOf, type Stopped } from './drawing.ts';

export interface DrawnPage {
  epoch: number;
  /** Seq of the first visitor. */
  from: number;
  visitors: readonly string[];
  /** The last page, which opens the sale. */
  isLast: boolean;
}

/** Writes a page of the drawn order. */
export const writeDrawn = defineScript<DrawnPage, 'written' | Stopped>({
  name: 'admission/write-drawn',
  url: new URL('./write-drawn.lua', import.meta.url),
  keys: ['sale', 'flow', 'events', 'queue', 'lobby', 'departed', 'drawSeed'],
  arguments: ({ epoch, from, visitors, isLast }) => [epoch, from, isLast ? '1' : '0', ...visitors],
  decode: stepOf('admission/write-drawn', 'written'),
});

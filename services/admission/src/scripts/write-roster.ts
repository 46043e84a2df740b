import { defineScript } from '@sunbeon/runtime';
import { stepOf, type Stopped } from './drawing.ts';

/** Writes a page of the roster. `page`: from 0; `entries`: 32 bytes each. */
export const writeRoster = defineScript<{ epoch: number; page: number; entries: Buffer }, 'written' | Stopped>({
  name: 'admission/write-roster',
  url: new URL('./write-roster.lua', import.meta.url),
  keys: ['sale', 'flow', 'roster'],
  arguments: ({ epoch, page, entries }) => [epoch, page, entries],
  decode: stepOf('admission/write-roster', 'written'),
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measure } from './measure.ts';
import { calibrationPicture } from './picture.ts';
import { reportOf } from './report.ts';
import { shapesOf } from './shapes.ts';
import { binsOf } from './tally.ts';

const rounds = 5;
const folder = join(import.meta.dirname, '../../docs/results');
const all = Array.from({ length: rounds }, (_, i) => shapesOf(i + 1).map((shape) => measure(shape)));
writeFileSync(join(folder, 'forecast.md'), reportOf(all[0]!, all.flat(), new Date().toISOString().slice(0, 10)));
writeFileSync(join(folder, 'forecast.svg'), calibrationPicture(binsOf(all.flat().flatMap(({ said }) => said))));
console.log('written: docs/results/forecast.md and forecast.svg');

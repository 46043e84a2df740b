// npm run docs:live: writes the tables of docs/LIVE.md from the frames, close codes and refusals of the contract.
import { readFileSync, writeFileSync } from 'node:fs';
import { withLiveTables } from './live-page.ts';

const page = new URL('../../docs/LIVE.md', import.meta.url);
writeFileSync(page, withLiveTables(readFileSync(page, 'utf8')));

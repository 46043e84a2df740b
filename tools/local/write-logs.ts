// npm run docs:logs: writes docs/LOGS.md from the catalogue of log events.
import { writeFileSync } from 'node:fs';
import { logsMarkdown } from '@sunbeon/runtime';

writeFileSync(new URL('../../docs/LOGS.md', import.meta.url), logsMarkdown());

// npm run docs:errors: writes docs/ERRORS.md from the catalogue of errors.
import { writeFileSync } from 'node:fs';
import { errorsMarkdown } from '@sunbeon/contracts';

writeFileSync(new URL('../../docs/ERRORS.md', import.meta.url), errorsMarkdown());

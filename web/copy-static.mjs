// After `next build`: the standalone server serves its static files only from beside itself.
import { cpSync } from 'node:fs';

cpSync(new URL('./.next/static', import.meta.url), new URL('./.next/standalone/web/.next/static', import.meta.url), { recursive: true });

import { runExample } from '../tiny-shop/run.mjs';

await runExample({
  recipe: new URL('Caddyfile', import.meta.url),
  command: ({ file }) => ['caddy', 'run', '--config', file, '--adapter', 'caddyfile'],
});

import { runExample } from '../tiny-shop/run.mjs';

await runExample({
  recipe: new URL('nginx.conf', import.meta.url),
  command: ({ file, folder }) => ['nginx', '-c', file, '-p', folder, '-e', 'stderr'],
});

import { runCache } from '../cache.mjs';

runCache({
  recipe: new URL('nginx.conf', import.meta.url),
  beside: ['kept.conf'],
  command: ({ file, folder }) => ['nginx', '-c', file, '-p', folder, '-e', 'stderr'],
});

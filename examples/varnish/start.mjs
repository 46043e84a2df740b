import { runCache } from '../cache.mjs';

runCache({
  recipe: new URL('default.vcl', import.meta.url),
  command: ({ file, folder, port }) => [
    'varnishd',
    '-F',
    '-a',
    `127.0.0.1:${port}`,
    '-f',
    file,
    '-n',
    `${folder}/varnish`,
    '-s',
    'malloc,64m',
  ],
});

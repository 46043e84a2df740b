// npm run build: the services and the web, when they are not built from these sources.
import { buildServices, buildWeb } from './build.mjs';
import { runMain } from './console.mjs';

await runMain(async () => {
  await buildServices();
  await buildWeb();
});

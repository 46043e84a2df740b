import { createService, settingsOrExit, startTracing } from '@sunbeon/runtime';
import { buildApp } from './app.ts';
import { readServiceConfig } from './config.ts';

const config = settingsOrExit(readServiceConfig);
await startTracing('admission', config);
const service = createService('admission', config);
await service.listen(await buildApp(service, config));

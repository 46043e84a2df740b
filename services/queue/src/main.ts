import { createService, settingsOrExit, startTracing } from '@sunbeon/runtime';
import { buildApp } from './app.ts';
import { readServiceConfig } from './config.ts';

const config = settingsOrExit(readServiceConfig);
await startTracing('queue', config);
const service = createService('queue', config);
await service.listen(buildApp(service, config));

import { createService } from '@sunbeon/runtime';
import { buildApp } from './app.ts';
import { readServiceConfig } from './config.ts';

const config = readServiceConfig();
const service = createService('gateway', config);
await service.listen(await buildApp(service, config));

import { createService, settingsOrExit } from '@sunbeon/runtime';
import { buildApp } from './app.ts';
import { readServiceConfig } from './config.ts';

const config = settingsOrExit(readServiceConfig);
const service = createService('purchase', config);
await service.listen(buildApp(service, config));

import { createService, settingsOrExit, startTracing } from '@sunbeon/runtime';
import { buildApp } from './app.ts';
import { readServiceConfig } from './config.ts';

const config = settingsOrExit(readServiceConfig);
await startTracing('gateway', config.OTEL_EXPORTER_OTLP_ENDPOINT);
const service = createService('gateway', config);
await service.listen(await buildApp(service, config));

import { createService, settingsOrExit, startTracing } from '@sunbeon/runtime';
import { buildApp } from './app.ts';
import { readServiceConfig } from './config.ts';

const config = settingsOrExit(readServiceConfig);
await startTracing('queue', config.OTEL_EXPORTER_OTLP_ENDPOINT);
const service = createService('queue', config);
await service.listen(buildApp(service, config));

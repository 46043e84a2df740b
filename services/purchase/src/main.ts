import { createService, settingsOrExit, startTracing } from '@sunbeon/runtime';
import { buildApp } from './app.ts';
import { readServiceConfig } from './config.ts';

const config = settingsOrExit(readServiceConfig);
await startTracing('purchase', config.OTEL_EXPORTER_OTLP_ENDPOINT);
const service = createService('purchase', config);
await service.listen(buildApp(service, config));

import { createService, settingsOrExit, startTracing } from '@sunbeon/runtime';
import { buildApp } from './app.ts';
import { readServiceConfig } from './config.ts';
import { runPrimary } from './processes/primary.ts';
import { placeIn, processCount } from './processes/process-count.ts';
import { runProcess } from './processes/run-process.ts';

const config = settingsOrExit(readServiceConfig);
const place = placeIn(process.argv);
const count = processCount(config.GATEWAY_PROCESSES);
if (place !== null) await runProcess(config, place);
else if (count > 1) await runPrimary(config, count);
else {
  await startTracing('gateway', config);
  const service = createService('gateway', config);
  await service.listen(await buildApp(service, config));
}

// npm run dashboards: writes infra/grafana/dashboards/*.json and docs/METRICS.md from the code.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { metricsPage } from '../../../tools/monitor/metrics-page.ts';
import { dashboards, textOf } from './dashboards.ts';

const folder = join(import.meta.dirname, '../dashboards');
for (const file of readdirSync(folder)) if (!(file in dashboards)) rmSync(join(folder, file));
for (const [file, dashboard] of Object.entries(dashboards)) writeFileSync(join(folder, file), textOf(dashboard));
writeFileSync(join(import.meta.dirname, '../../../docs/METRICS.md'), metricsPage());
console.log(`${Object.keys(dashboards).join(', ')} written to infra/grafana/dashboards, and docs/METRICS.md`);

import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { redisDashboard } from './redis.ts';
import { saleDashboard } from './sale.ts';
import { servicesDashboard } from './services.ts';

/** File name → dashboard. */
export const dashboards: Record<string, Dashboard> = {
  'sale.json': saleDashboard,
  'services.json': servicesDashboard,
  'redis.json': redisDashboard,
};

export const textOf = (dashboard: Dashboard): string => `${JSON.stringify(dashboard, null, 2)}\n`;

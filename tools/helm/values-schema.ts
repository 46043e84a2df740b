import { settings as admission } from '../../services/admission/src/config.ts';
import { settings as gateway } from '../../services/gateway/src/config.ts';
import { settings as purchase } from '../../services/purchase/src/config.ts';
import { settings as queue } from '../../services/queue/src/config.ts';

type Schema = Record<string, unknown>;
/** A service's setting, as its code judges it. */
type Setting = Schema & { type?: string; pattern?: string; anyOf?: { const: string }[] };

/** The settings of every service, by service. */
export const settingsOfServices = { gateway, queue, admission, purchase } as unknown as Record<string, Record<string, Setting>>;
const allSettings: Record<string, Setting> = Object.assign({}, ...Object.values(settingsOfServices));

const text = { type: 'string' };
const flag = { type: 'boolean' };
const atLeast = (minimum: number): Schema => ({ type: 'integer', minimum });
const anything = { type: 'object' };
const texts = { type: 'object', additionalProperties: text };
const listOf = (items: Schema): Schema => ({ type: 'array', items });
/** An object whose names are all known, so that a typing error is refused. */
const closed = (properties: Record<string, Schema>): Schema => ({ type: 'object', additionalProperties: false, properties });

/** What the chart accepts for a setting: what the code accepts, or nothing. Text that may be all digits may be written without quotes. */
const settingSchema = ({ type, pattern, minimum, maximum, maxLength, anyOf }: Setting): Schema => {
  const none = { const: '' };
  if (anyOf) return { enum: ['', ...anyOf.map((one) => one.const)] };
  const rule = Object.fromEntries(
    Object.entries({ type, pattern, minimum, maximum, maxLength }).filter(([, value]) => value !== undefined),
  );
  const digits = type === 'string' && (pattern === undefined || new RegExp(pattern).test('2'));
  return { anyOf: [none, rule, ...(digits ? [{ type: 'integer', minimum: 0 }] : [])] };
};

const resources = closed({ requests: anything, limits: anything });
const image = { repository: { type: 'string', minLength: 1 }, tag: text, digest: { type: 'string', pattern: '^(sha256:[0-9a-f]{64})?$' } };
const replicas = atLeast(1);
const scaled = closed({
  replicas,
  resources,
  autoscaling: closed({
    enabled: flag,
    minReplicas: atLeast(1),
    maxReplicas: atLeast(1),
    cpuPercent: { type: 'integer', minimum: 1, maximum: 100 },
    scaleDownStabilizationSeconds: { type: 'integer', minimum: 0, maximum: 3_600 },
  }),
});
const fixed = closed({ replicas, resources });
const labelName = { type: 'string', pattern: '^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$' };
const objectName = { type: 'string', pattern: '^([a-z0-9]([a-z0-9.-]*[a-z0-9])?)?$' };
const wayOut = closed({ to: listOf(anything), ports: listOf({ type: 'integer', minimum: 1, maximum: 65_535 }) });

/** values.schema.json of the chart. `settings`: names of those that values.yaml has. */
export const valuesSchema = (settings: string[]): Schema => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Values of the chart sunbeon. Written by npm run helm:schema; the rules of `settings` are those of the services.',
  ...closed({
    host: { type: 'string', pattern: '^([a-z0-9]([a-z0-9.-]*[a-z0-9])?)?$' },
    images: closed({
      registry: text,
      services: closed(image),
      web: closed(image),
      redisExporter: closed({ registry: text, ...image }),
      pullPolicy: { enum: ['Always', 'IfNotPresent', 'Never'] },
      pullSecrets: listOf(text),
    }),
    settings: closed(Object.fromEntries(settings.map((name) => [name, settingSchema(allSettings[name] ?? text)]))),
    secrets: closed({ existingSecret: objectName, revision: { type: ['string', 'integer'] } }),
    redis: closed({ existingSecret: { ...objectName, minLength: 1 } }),
    redisExporter: closed({
      enabled: flag,
      instances: listOf({ ...closed({ name: labelName, key: { type: 'string', minLength: 1 } }), required: ['name', 'key'] }),
      resources,
    }),
    ingress: closed({ enabled: flag, className: text, annotations: texts, tls: closed({ enabled: flag, secretName: objectName }) }),
    gateway: scaled,
    queue: scaled,
    admission: fixed,
    purchase: fixed,
    web: fixed,
    pods: closed({
      annotations: texts,
      nodeSelector: texts,
      tolerations: listOf(anything),
      priorityClassName: text,
      spread: { enum: ['ScheduleAnyway', 'DoNotSchedule'] },
    }),
    drain: closed({ preStopSeconds: atLeast(1), stopSeconds: atLeast(1), reserveSeconds: atLeast(0) }),
    podDisruptionBudget: closed({ enabled: flag, maxUnavailable: { anyOf: [atLeast(1), { type: 'string', pattern: '^[0-9]{1,2}%$' }] } }),
    networkPolicy: closed({
      enabled: flag,
      ingressNamespace: anything,
      monitoringNamespace: anything,
      dnsNamespace: anything,
      redis: wayOut,
      collector: wayOut,
      https: wayOut,
    }),
    monitoring: closed({
      podMonitor: closed({ enabled: flag, interval: { type: 'string', pattern: '^[0-9]+(ms|s|m)$' }, labels: texts }),
      prometheusRule: closed({ enabled: flag, labels: texts, runbookUrl: { type: 'string', pattern: '^(https?://[^\\s#\'"]+)?$' } }),
      dashboards: closed({ enabled: flag, labels: texts, annotations: texts }),
    }),
    // Given to a chart by the one that contains it.
    global: anything,
  }),
});

import { stackCharacters } from './clean.ts';
import { eventSpec, logEvents, logFields, type LogField, type LogWriter } from './events.ts';
import { logLimits } from './log.ts';

const writers: LogWriter[] = ['every service', 'gateway', 'queue', 'admission', 'purchase', 'admission, purchase', 'web'];
const code = (names: readonly string[]): string => (names.length === 0 ? '–' : names.map((name) => `\`${name}\``).join(', '));
const number = (n: number): string => n.toLocaleString('en-US');

const rowOf = (event: keyof typeof logEvents): string => {
  const { level, text, fields, isSum, mostPerMinute = logLimits.linesPerMinute } = eventSpec(event);
  return `| \`${event}\` | ${level} | ${text} | ${code(fields)} | ${isSum ? '1' : number(mostPerMinute)} |`;
};
const tableOf = (writer: LogWriter): string => {
  const events = (Object.keys(logEvents) as (keyof typeof logEvents)[]).filter((event) => eventSpec(event).by === writer);
  const title = writer[0]!.toUpperCase() + writer.slice(1);
  return `### ${title}\n\n| event | level | \`msg\` | fields | lines a minute, at most |\n|---|---|---|---|---|\n${events.map(rowOf).join('\n')}\n`;
};

/** `docs/LOGS.md`. */
export const logsMarkdown = (): string => `# Logs

Every process writes JSON, one object a line, to stdout; \`npm start\` keeps the lines in \`.data/logs\`. Made from the catalogue (\`packages/runtime/src/log/events.ts\`) by
\`npm run docs:logs\`; services can write nothing else. A process that does not start because of a setting says so in one plain sentence on stderr.

\`\`\`json
{"level":"info","time":"2026-11-29T23:45:10.000Z","service":"admission","instance":"admission-host-7-a1b2c3","event":"operator_acted","request_id":"5f0c9a3e7d21b846-2f","address":"198.51.100.7","operator":"olga","role":"operator","action":"openSale","sale":"concert_2025","status":200,"msg":"an operator acted"}
\`\`\`

- **Each line** has \`level\` (${['fatal', 'error', 'warn', 'info', 'debug', 'trace'].join(', ')}), \`time\`, \`service\`, \`instance\`, \`event\` and \`msg\`; \`trace_id\` and \`span_id\` too when it belongs to a request whose trace is kept.
  \`LOG_LEVEL\` leaves out the lines below it. Filter by \`event\`: \`msg\` is for people and may change.
- **Request ids.** The page or the gateway takes \`X-Request-Id\` when it is 1 to 64 of A-Z a-z 0-9 _ . -, else makes one. It goes on to the services, stands in their lines as \`request_id\`, and comes back in each
  answer as \`X-Request-Id\`. Answers that a gateway gives again from memory within a second have none. A caller may send an id that another one has: \`instance\`, \`time\` and the trace tell them apart.
- **Sums.** What strangers cause has no line of its own: refusals (by the process that refused: most by a service, some by the gateway), wrong tokens of operators and check-ins are one line a minute and process (\`count\`, \`by\`), also when the process stops. \`by\` tells at most
  ${number(logLimits.sumKeys)} keys apart and names ${logLimits.sumKeysNamed}. A killed process takes the sums of its last minute with it; the audit log has the failed sign-ins.
- **Bounded.** Each event has a number of lines a minute and process; further ones are counted and told by \`lines_suppressed\`. A text has at most ${logLimits.textCharacters} characters (\`web_said\` ${number(logLimits.saidCharacters)}), a list ${logLimits.listItems} items, a stack ${number(stackCharacters)} characters.
- **Who did what.** \`operator_acted\` has each call of an operator that may change something, with its outcome, refusals too; values before and after are in the audit log (\`GET /api/admin/audit-log\`).
- **Changes of a sale's status** are logged by the admission instance that leads the sale, within a second. A change while no instance led, after a crash, is the \`status\` of \`leader_acquired\`; of a sale that
  ended then, only the operator's line tells.
- **\`REQUEST_LOG=on\`**: \`request\` for each answer at the page, the gateway and the service, with the pattern of the route, never the address as it came. A batched call has a line in its service. The ops port has none.
- **Never in a line**: secrets of the settings, tokens, keys, codes, passes, arguments of scripts, bodies, headers, queries. Lines are searched for the process's own secrets and for tokens before they are
  written; control characters are escaped. Visitors' addresses are in the request log alone, with \`LOG_ADDRESSES=on\`. Addresses of operators and of those who sent a wrong operator's token are always there.

## Events

${writers.map(tableOf).join('\n')}
## Fields

| field | meaning |
|---|---|
${(Object.keys(logFields) as LogField[]).map((name) => `| \`${name}\` | ${logFields[name]} |`).join('\n')}
`;

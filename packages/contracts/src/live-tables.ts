import { errorDocs } from './error-docs.ts';
import { errorCatalogue } from './errors.ts';
import { closeCodeDocs, frameDocs, handshakeRefusals, otherHandshakeCodes, protocolCloseCodes, type CloseCodeDoc } from './live-docs.ts';
import { liveFrames, type FrameType } from './live-frames.ts';
import { closeCodes } from './live.ts';

const table = (head: string[], rows: string[][]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const frameTypes = Object.keys(liveFrames) as FrameType[];
/** `id`, `visitor`, …; an optional field has a `?`. */
const fieldsOf = (type: FrameType): string => {
  const { properties, required } = liveFrames[type] as { properties: Record<string, unknown>; required: string[] };
  const names = Object.keys(properties).filter((name) => name !== 'type');
  return names.map((name) => (required.includes(name) ? `\`${name}\`` : `\`${name}?\``)).join(', ');
};
const closeRow = (code: number, { meaning, client, reconnects }: CloseCodeDoc): string[] => [
  String(code),
  meaning,
  reconnects ? 'yes' : 'no',
  client,
];

/** Markdown tables of the live stream, for docs/LIVE.md and the AsyncAPI document. */
export const liveTables = {
  frames: (): string =>
    table(
      ['frame', 'fields', 'meaning', 'sent'],
      frameTypes.map((type) => [`\`${type}\``, fieldsOf(type), `${frameDocs[type].meaning}.`, `${frameDocs[type].when}.`]),
    ),
  closeCodes: (): string =>
    table(
      ['code', 'meaning', 'connect again', 'next step'],
      [
        ...(Object.keys(closeCodes) as (keyof typeof closeCodes)[]).map((name) => closeRow(closeCodes[name], closeCodeDocs[name])),
        ...Object.entries(protocolCloseCodes).map(([code, doc]) => closeRow(Number(code), doc)),
      ],
    ),
  refusals: (): string =>
    table(
      ['status', '`code`', '`detail`', 'fix'],
      [
        ...Object.values(handshakeRefusals).map(({ code, detail, fix }) => [
          String(errorCatalogue[code].status),
          `\`${code}\``,
          `\`${detail}\``,
          fix,
        ]),
        ...otherHandshakeCodes.map((code) => [
          String(errorCatalogue[code].status),
          `\`${code}\``,
          errorDocs[code].when,
          errorDocs[code].action,
        ]),
      ],
    ),
};

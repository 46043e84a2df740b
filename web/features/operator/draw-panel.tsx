'use client';

import type { Draw, OperatorSale } from '@sunbeon/contracts';
import { useEffect, useState } from 'react';
import { readDraw } from '../draw/source.ts';
import { Panel } from './controls.tsx';
import { Row } from './heartbeat.tsx';
import { useOperatorI18n } from './use-operator-i18n.ts';

/** Interval between two reads while something may still change, ms. */
const everyMs = 2_000;

/** The public draw of a sale, read again until it is over. */
const useDraw = ({ saleId, status }: Pick<OperatorSale, 'saleId' | 'status'>): Draw | null => {
  const [draw, setDraw] = useState<Draw | null>(null);
  useEffect(() => {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout>;
    const read = async (): Promise<void> => {
      const found = await readDraw(saleId);
      if (stopped) return;
      if (found !== null) setDraw(found);
      if (found?.phase !== 'drawn' && status !== 'closed') timer = setTimeout(() => void read(), everyMs);
    };
    void read();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [saleId, status]);
  return draw;
};

const Bytes = ({ hex }: { hex: string | undefined }) => <code className="text-xs break-all">{hex ?? '–'}</code>;

/** The draw as everybody sees it, and how to verify it. */
export const DrawPanel = ({ sale }: { sale: OperatorSale }) => {
  const { w, number, moment } = useOperatorI18n();
  const draw = useDraw(sale);
  const beacon = draw?.beacon;
  return (
    <Panel id="draw" title={w('draw.title')}>
      <dl data-testid="draw-panel" data-phase={draw?.phase ?? ''}>
        <Row label={w('draw.phase')} testId="draw-phase">
          {draw === null ? '–' : w(`draw.phase.${draw.phase}`)}
        </Row>
        <Row label={w('draw.commitment')}>
          <Bytes hex={draw?.commitment} />
        </Row>
        <Row label={w('draw.count')} testId="draw-count">
          {draw?.count === undefined ? '–' : number(draw.count)}
        </Row>
        <Row label={w('draw.root')}>
          <Bytes hex={draw?.root} />
        </Row>
        {sale.drawBeacon === 'drand' && (
          <Row label={w('draw.beacon')} testId="draw-beacon">
            {beacon === undefined ? '–' : w(`draw.beacon.${beacon.status}`, { network: beacon.network, round: String(beacon.round) })}
          </Row>
        )}
        <Row label={w('draw.seed')}>
          <Bytes hex={draw?.seed} />
        </Row>
        {draw?.drawnAt !== undefined && <Row label={w('draw.drawnAt')}>{moment(draw.drawnAt)}</Row>}
      </dl>
      <p className="mt-2 text-xs leading-relaxed text-ink-soft">{w('draw.verify')}</p>
      <code className="mt-1 block rounded-lg bg-sunken px-2 py-1.5 text-xs break-all">
        npx @sunbeon/verify {typeof window === 'undefined' ? '' : window.location.origin}/sales/{sale.saleId}
      </code>
    </Panel>
  );
};

'use client';

import type { OperatorSale } from '@sunbeon/contracts';
import { sellsHere, isConfirmedByShop } from '../../lib/sale-kind.ts';
import { Panel } from './controls.tsx';
import { choiceKeyOf } from './field.tsx';
import { Row } from './heartbeat.tsx';
import { useOperatorI18n } from './use-operator-i18n.ts';

/** The current settings. */
export const SaleSettings = ({ sale }: { sale: OperatorSale }) => {
  const { w, number, moment } = useOperatorI18n();
  return (
    <Panel id="settings" title={w('settings.title')}>
      <dl>
        <Row label={w('field.kind')} testId="kind">
          {w(`kind.${sale.kind}`)}
        </Row>
        <Row label={w('field.admitPerSecond')}>{number(sale.admitPerSecond, 6)}</Row>
        <Row label={w('field.activeLimit')}>{number(sale.activeLimit)}</Row>
        <Row label={w('field.claimSeconds')}>{number(sale.claimSeconds)}</Row>
        <Row label={w('field.sessionSeconds')}>{number(sale.sessionSeconds)}</Row>
        {sellsHere(sale) && (
          <>
            <Row label={w('field.holdSeconds')}>{number(sale.holdSeconds)}</Row>
            <Row label={w('field.perVisitorLimit')}>{number(sale.perVisitorLimit)}</Row>
            <Row label={w('field.stock')}>{number(sale.stock.total)}</Row>
            <Row label={w('field.confirmBy')}>{w(isConfirmedByShop(sale) ? 'choice.confirmBy.shop' : 'choice.confirmBy.visitor')}</Row>
          </>
        )}
        {(['proofOfWork', 'access', 'identity'] as const).map((name) => (
          <Row key={name} label={w(`field.${name}`)} testId={`setting-${name}`}>
            {w(choiceKeyOf(name, sale[name]))}
          </Row>
        ))}
        <Row label={w('field.timeZone')} testId="setting-timeZone">
          {sale.timeZone}
        </Row>
        {sale.lobbyOpensAt !== undefined && (
          <>
            <Row label={w('field.lobbyOpensAt')}>{moment(sale.lobbyOpensAt, sale.timeZone)}</Row>
            <Row label={w('field.lobbyOrder')} testId="lobby-order">
              {w(choiceKeyOf('lobbyOrder', sale.lobbyOrder ?? 'random'))}
            </Row>
            {sale.draw !== undefined && <Row label={w('field.drawBeacon')}>{w(choiceKeyOf('drawBeacon', sale.draw.beacon))}</Row>}
          </>
        )}
        {sale.returnUrls !== undefined && (
          <>
            <Row label={w('field.maxExtensions')}>{number(sale.maxExtensions)}</Row>
            <Row label={w('field.returnUrls')} testId="return-urls">
              <ul className="flex flex-col gap-0.5 text-xs break-all">
                {sale.returnUrls.map((url) => (
                  <li key={url}>{url}</li>
                ))}
              </ul>
            </Row>
          </>
        )}
      </dl>
    </Panel>
  );
};

'use client';

import { useCallback, useEffect, useRef } from 'react';
import { isSameMember } from '../../lib/member-token.ts';
import { boughtBy, isInLine, isInside, isKnown, mayJoin, type View } from '../waiting/view.ts';
import type { Entrance } from './use-entrance.ts';

/** What a link would make of this browser: a device of another place, or another member. */
export type Offer = 'transfer' | 'member';

/** What a browser has to lose by another visitor. A place that is in doubt is one. */
const hasPlace = (view: View): boolean =>
  isInLine(view) || isInside(view) || view.state === 'checking' || (isKnown(view) && boughtBy(view) > 0);

interface LinksOptions {
  saleId: string;
  view: View;
  entrance: Entrance;
  takeTransfer: (code: string) => void;
  join: (isAnew: boolean) => void;
}

/** A link that would make this browser another visitor: followed at once where it has no place, asked about where it has one. Anybody may send a link. */
export const useLinks = ({ saleId, view, entrance, takeTransfer, join }: LinksOptions) => {
  const { brought, drop } = entrance;
  const { transfer, member } = brought;
  const isHere = hasPlace(view);
  const isOther = member !== undefined && isKnown(view) && view.sale.identity === 'member' && !isSameMember(saleId, member);
  const offer: Offer | null = !isHere ? null : transfer !== undefined ? 'transfer' : isOther ? 'member' : null;
  const isRead = isKnown(view);
  const followed = useRef<string | null>(null);
  const goesIn = isRead && !isHere && member !== undefined && view.sale.identity === 'member' && mayJoin(view);
  useEffect(() => {
    if (isRead && !isHere && transfer !== undefined) takeTransfer(transfer);
  }, [isRead, isHere, transfer, takeTransfer]);
  useEffect(() => {
    if (!goesIn || followed.current === member) return;
    followed.current = member;
    join(false);
  }, [goesIn, member, join]);
  const acceptOffer = useCallback(() => {
    if (offer === 'transfer' && transfer !== undefined) takeTransfer(transfer);
    if (offer === 'member') join(true);
  }, [offer, transfer, takeTransfer, join]);
  const refuseOffer = (): void => {
    if (offer !== null) drop(offer);
  };
  return { offer, acceptOffer, refuseOffer };
};

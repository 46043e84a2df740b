'use client';

import { useEffect, useRef } from 'react';
import { isSameMember } from '../../lib/member-token.ts';
import type { TicketQueue } from '../waiting/use-ticket-queue.ts';
import { boughtBy, isInLine, isInside, isKnown, mayJoin, type View } from '../waiting/view.ts';

/** What a link would make of this browser: a device of another place, or another member. */
export type Offer = 'transfer' | 'member';

/** What a browser has to lose by another visitor. A place that is in doubt is one. */
const hasPlace = (view: View): boolean =>
  isInLine(view) || isInside(view) || view.state === 'checking' || (isKnown(view) && boughtBy(view) > 0);

interface LinkFollowerProps {
  saleId: string;
  queue: Pick<TicketQueue, 'view' | 'entrance' | 'takeTransfer' | 'joinAs'>;
  onOffer: (offer: Offer | null) => void;
}

/**
 * A link that would make this browser another visitor: followed at once where it has no place, asked about (`onOffer`) where it has one. Anybody may send a
 * link. Draws nothing; loaded by pages that were opened by such a link.
 */
export const LinkFollower = ({ saleId, queue: { view, entrance, takeTransfer, joinAs }, onOffer }: LinkFollowerProps) => {
  const { transfer, member } = entrance.brought;
  const isRead = isKnown(view);
  const isHere = hasPlace(view);
  const isForMembers = isRead && view.sale.identity === 'member';
  const isOther = isForMembers && member !== undefined && !isSameMember(saleId, member);
  const offer = !isHere ? null : transfer !== undefined ? 'transfer' : isOther ? 'member' : null;
  useEffect(() => {
    onOffer(offer);
    return () => onOffer(null);
  }, [offer, onOffer]);
  useEffect(() => {
    if (isRead && !isHere && transfer !== undefined) takeTransfer(transfer);
  }, [isRead, isHere, transfer, takeTransfer]);
  const followed = useRef<string | null>(null);
  const goesIn = isForMembers && !isHere && member !== undefined && mayJoin(view);
  useEffect(() => {
    if (!goesIn || followed.current === member) return;
    followed.current = member;
    joinAs(false);
  }, [goesIn, member, joinAs]);
  return null;
};

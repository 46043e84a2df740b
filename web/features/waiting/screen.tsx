'use client';

import type { RefObject } from 'react';
import type { CheckControl } from '../draw/use-draw-check.ts';
import { BuyScreen } from '../purchase/buy-screen.tsx';
import { ConfirmationScreen } from '../purchase/confirmation-screen.tsx';
import { HoldingScreen } from '../purchase/holding-screen.tsx';
import { EarlierReceipts } from '../purchase/receipts.tsx';
import { CompletedScreen } from '../shop/completed-screen.tsx';
import { EnteringScreen } from '../shop/entering-screen.tsx';
import { PayingScreen } from '../shop/paying-screen.tsx';
import type { ShopEntry } from '../shop/use-shop-entry.ts';
import { AdmittedScreen } from './screens/admitted-screen.tsx';
import { UnreachableScreen } from './screens/unreachable-screen.tsx';
import { CheckingScreen } from './screens/checking-screen.tsx';
import { ClosedScreen } from './screens/closed-screen.tsx';
import { DrawingScreen } from './screens/drawing-screen.tsx';
import { EndedScreen } from './screens/ended-screen.tsx';
import { JoinScreen } from './screens/join-screen.tsx';
import { LoadingScreen } from './screens/loading-screen.tsx';
import { LobbyScreen } from './screens/lobby-screen.tsx';
import { NotFoundScreen } from './screens/not-found-screen.tsx';
import { ScheduledScreen } from './screens/scheduled-screen.tsx';
import { SoldOutScreen } from './screens/sold-out-screen.tsx';
import { WaitingScreen } from './screens/waiting-screen.tsx';
import type { Alerts } from './use-alerts.ts';
import type { TicketQueue } from './use-ticket-queue.ts';

interface ScreenProps {
  queue: TicketQueue;
  alerts: Alerts;
  entry: ShopEntry;
  check: CheckControl;
}

/** Every state of `view.ts` has a screen; a state without one does not compile. */
const ScreenOfState = ({ queue, alerts, entry, check }: ScreenProps) => {
  const { view } = queue;
  switch (view.state) {
    case 'loading':
      return <LoadingScreen />;
    case 'not_found':
      return <NotFoundScreen />;
    case 'unreachable':
      return <UnreachableScreen onRetry={() => void queue.refresh()} />;
    case 'checking':
      return <CheckingScreen />;
    case 'scheduled':
      return <ScheduledScreen view={view} alerts={alerts} />;
    case 'lobby_open':
    case 'join':
      return <JoinScreen view={view} queue={queue} />;
    case 'lobby':
      return <LobbyScreen view={view} queue={queue} alerts={alerts} />;
    case 'drawing':
      return <DrawingScreen view={view} queue={queue} alerts={alerts} />;
    case 'waiting':
    case 'paused':
      return <WaitingScreen view={view} queue={queue} alerts={alerts} check={check} />;
    case 'admitted':
      return <AdmittedScreen view={view} />;
    case 'buying':
      return <BuyScreen view={view} queue={queue} />;
    case 'holding':
      return <HoldingScreen view={view} queue={queue} />;
    case 'entering':
      return <EnteringScreen view={view} queue={queue} entry={entry} />;
    case 'paying':
      return <PayingScreen view={view} queue={queue} entry={entry} />;
    case 'completed':
      return <CompletedScreen view={view} queue={queue} />;
    case 'purchased':
      return <ConfirmationScreen view={view} queue={queue} />;
    case 'expired':
    case 'left':
      return <EndedScreen view={view} queue={queue} />;
    case 'sold_out':
      return <SoldOutScreen view={view} queue={queue} />;
    case 'closed':
      return <ClosedScreen view={view} queue={queue} />;
  }
};

/** `receiptsOpened`: by the reader, in the screens before too. */
export const Screen = ({ receiptsOpened, ...props }: ScreenProps & { receiptsOpened: RefObject<boolean> }) => (
  <>
    <ScreenOfState {...props} />
    <EarlierReceipts view={props.queue.view} opened={receiptsOpened} />
  </>
);

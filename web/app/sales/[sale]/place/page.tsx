import type { Sale } from '@sunbeon/contracts';
import type { Metadata } from 'next';
import { cookies, headers } from 'next/headers';
import { notFound } from 'next/navigation';
import { newKey } from '@sunbeon/client';
import { cookieNameOf, isSaleId } from '@sunbeon/contracts/ids';
import { againOf, codeFieldOf, isOver, type PlaceState } from '../../../../features/plain/again.ts';
import { plainFormId } from '../../../../features/plain/form-ids.ts';
import { PlainJoin, PlainRefusal } from '../../../../features/plain/plain-join.tsx';
import { PlainNews } from '../../../../features/plain/plain-news.tsx';
import { asVisitor } from '../../../../lib/as-visitor.ts';
import { translatorOf } from '../../../../lib/i18n/dictionaries.ts';
import { plainTexts, type PlainKey } from '../../../../lib/i18n/plain.ts';
import { requestLanguage } from '../../../../lib/i18n/request-language.ts';
import { isKey, joinCookie } from '../../../../lib/join-cookie.ts';
import { refusalOf } from '../../../../lib/refusal.ts';
import { carriedAddressOf, withReturn } from '../../../../lib/return-query.ts';
import { sellsHere } from '../../../../lib/sale-kind.ts';
import { Ticket, TicketText } from '../../../../ui/ticket.tsx';

export const dynamic = 'force-dynamic';

interface PlacePageProps {
  params: Promise<{ sale: string }>;
  searchParams: Promise<{ refused?: string | string[]; returnUrl?: string | string[] }>;
}

const titles = {
  waiting: 'place.waiting',
  lobby: 'place.lobby',
  admitted: 'place.admitted',
  purchased: 'place.purchased',
  completed: 'place.over',
  expired: 'place.over',
  left: 'place.over',
  none: 'place.none',
  away: 'place.away',
} as const satisfies Record<PlaceState, PlainKey>;
const bodies: Partial<Record<PlaceState, PlainKey>> = {
  waiting: 'place.waiting.body',
  lobby: 'place.lobby.body',
  admitted: 'place.admitted.body',
  none: 'place.none.body',
  away: 'place.away.body',
};
const readerOf = (state: PlaceState, joins: boolean) => {
  if (state === 'waiting' || state === 'lobby') return state;
  return state === 'admitted' ? 'inside' : joins ? 'joining' : 'other';
};

export const generateMetadata = async (): Promise<Metadata> => ({ title: plainTexts(await requestLanguage())('place.waiting') });

/** This browser's place as of now, and the sale, with what an ended place needs to know: what the visitor has bought, null where that could not be read. */
const readPlace = async (saleId: string, hasCookie: boolean) => {
  const { client } = asVisitor(await headers());
  const [sale, place] = await Promise.all([client.sale(saleId), hasCookie ? client.place(saleId) : null]);
  if (!sale.ok && sale.failure.code === 'sale_not_found') notFound();
  const visitor = place?.ok ? place.value : null;
  const isNone = place === null || (!place.ok && ['not_in_queue', 'invalid_token'].includes(place.failure.code));
  const state: PlaceState = visitor?.state ?? (isNone ? 'none' : 'away');
  const bought = visitor !== null && isOver(state) && sale.ok && sellsHere(sale.value) ? await client.purchases(saleId) : null;
  return { sale: sale.ok ? sale.value : null, visitor, state, purchases: bought === null ? [] : bought.ok ? bought.value.purchases : null };
};

/**
 * This browser's place, for browsers without scripts: as of now, with a link that refreshes it, and with the join where the place has ended. Its answer is
 * nobody else's: caches must not keep it.
 */
const PlacePage = async ({ params, searchParams }: PlacePageProps) => {
  const { sale: saleId } = await params;
  if (!isSaleId(saleId)) notFound();
  const { refused, returnUrl } = await searchParams;
  const returnAddress = carriedAddressOf(returnUrl);
  const language = await requestLanguage();
  const [t, shared] = [plainTexts(language), translatorOf(language)];
  const jar = await cookies();
  const hasCookie = jar.has(cookieNameOf(saleId));
  const { sale, visitor, state, purchases } = await readPlace(saleId, hasCookie);
  // A join without an answer: its key again.
  const kept = jar.get(joinCookie)?.value;
  const again = sale === null ? null : againOf(state, sale, purchases, hasCookie);
  const joins = again?.joins ?? false;
  const text = again?.text ?? null;
  const time = (iso: string, zone: Sale['timeZone']): string =>
    new Intl.DateTimeFormat(language, {
      hour: 'numeric',
      minute: '2-digit',
      second: '2-digit',
      timeZoneName: 'short',
      timeZone: zone,
    }).format(Date.parse(iso));
  const body = state === 'none' && hasCookie ? 'place.lost.body' : bodies[state];
  return (
    <div data-server-text="" className="mx-auto flex max-w-md flex-col gap-6">
      {sale !== null && <h1 className="text-3xl leading-tight font-bold tracking-tight">{sale.title}</h1>}
      <Ticket title={t(titles[state])}>
        {visitor?.state === 'waiting' && visitor.position !== undefined && (
          <p data-testid="plain-position" className="text-6xl font-bold tabular-nums">
            {new Intl.NumberFormat(language).format(visitor.position)}
          </p>
        )}
        {sale !== null && <PlainNews sale={sale} language={language} reader={readerOf(state, joins)} />}
        {body !== undefined && <TicketText>{t(body)}</TicketText>}
        {sale !== null && visitor?.state === 'admitted' && visitor.admittedUntil !== undefined && (
          <p className="text-2xl font-bold">{time(visitor.admittedUntil, sale.timeZone)}</p>
        )}
        {(state === 'away' || isOver(state)) && <PlainRefusal code={refusalOf(refused)} language={language} />}
        {text !== null && <TicketText>{'plain' in text ? t(text.plain) : shared(text.shared, { count: text.count })}</TicketText>}
        {sale !== null && joins && (
          <PlainJoin
            sale={sale}
            intent={isKey(kept) ? kept : newKey()}
            language={language}
            on="place"
            isAgain={state !== 'none'}
            code={codeFieldOf(visitor, purchases)}
          />
        )}
        {joins && returnAddress !== undefined && <input type="hidden" form={plainFormId} name="returnUrl" value={returnAddress} />}
        {sale !== null && (
          <TicketText>
            {t('place.at')} {time(sale.serverTime, sale.timeZone)}
          </TicketText>
        )}
        <a
          href={withReturn(`/sales/${saleId}/place`, returnAddress)}
          data-testid="plain-refresh"
          className={`flex min-h-12 items-center justify-center rounded-xl px-5 py-3 font-semibold ${joins ? 'border border-line text-ink' : 'bg-accent text-on-accent'}`}
        >
          {t('refresh.link')}
        </a>
        <a
          href={withReturn(`/sales/${saleId}`, returnAddress)}
          className="self-start font-semibold text-accent underline underline-offset-4"
        >
          {t('sale.link')}
        </a>
      </Ticket>
    </div>
  );
};

export default PlacePage;

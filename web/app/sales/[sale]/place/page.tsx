import type { Sale, Visitor } from '@sunbeon/contracts';
import type { Metadata } from 'next';
import { cookies, headers } from 'next/headers';
import { notFound } from 'next/navigation';
import { cookieNameOf, isSaleId } from '@sunbeon/contracts/ids';
import { asVisitor } from '../../../../lib/as-visitor.ts';
import { plainTexts, type PlainKey } from '../../../../lib/i18n/plain.ts';
import { requestLanguage } from '../../../../lib/i18n/request-language.ts';
import { carriedAddressOf, withReturn } from '../../../../lib/return-query.ts';
import { Ticket, TicketText } from '../../../../ui/ticket.tsx';

export const dynamic = 'force-dynamic';

interface PlacePageProps {
  params: Promise<{ sale: string }>;
  searchParams: Promise<{ returnUrl?: string | string[] }>;
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
} as const satisfies Record<Visitor['state'] | 'none' | 'away', PlainKey>;
const bodies: Partial<Record<keyof typeof titles, PlainKey>> = {
  waiting: 'place.waiting.body',
  lobby: 'place.lobby.body',
  admitted: 'place.admitted.body',
  completed: 'place.over.body',
  expired: 'place.over.body',
  left: 'place.over.body',
  none: 'place.none.body',
  away: 'place.away.body',
};

export const generateMetadata = async (): Promise<Metadata> => ({ title: plainTexts(await requestLanguage())('place.waiting') });

/** This browser's place, for browsers without scripts: as of now, with a link that refreshes it. Its answer is nobody else's: caches must not keep it. */
const PlacePage = async ({ params, searchParams }: PlacePageProps) => {
  const { sale: saleId } = await params;
  if (!isSaleId(saleId)) notFound();
  const returnAddress = carriedAddressOf((await searchParams).returnUrl);
  const language = await requestLanguage();
  const t = plainTexts(language);
  const { client } = asVisitor(await headers());
  const hasCookie = (await cookies()).has(cookieNameOf(saleId));
  const [sale, place] = await Promise.all([client.sale(saleId), hasCookie ? client.place(saleId) : null]);
  if (!sale.ok && sale.failure.code === 'sale_not_found') notFound();
  const visitor = place?.ok ? place.value : null;
  const isNone = place === null || (!place.ok && ['not_in_queue', 'invalid_token'].includes(place.failure.code));
  const state = visitor?.state ?? (isNone ? 'none' : 'away');
  const time = (iso: string, zone: Sale['timeZone']): string =>
    new Intl.DateTimeFormat(language, {
      hour: 'numeric',
      minute: '2-digit',
      second: '2-digit',
      timeZoneName: 'short',
      timeZone: zone,
    }).format(Date.parse(iso));
  const body = bodies[state];
  return (
    <div data-server-text="" className="mx-auto flex max-w-md flex-col gap-6">
      {sale.ok && <h1 className="text-3xl leading-tight font-bold tracking-tight">{sale.value.title}</h1>}
      <Ticket title={t(titles[state])}>
        {visitor?.state === 'waiting' && visitor.position !== undefined && (
          <p data-testid="plain-position" className="text-6xl font-bold tabular-nums">
            {new Intl.NumberFormat(language).format(visitor.position)}
          </p>
        )}
        {body !== undefined && <TicketText>{t(body)}</TicketText>}
        {sale.ok && visitor?.state === 'admitted' && visitor.admittedUntil !== undefined && (
          <p className="text-2xl font-bold">{time(visitor.admittedUntil, sale.value.timeZone)}</p>
        )}
        {sale.ok && (
          <TicketText>
            {t('place.at')} {time(sale.value.serverTime, sale.value.timeZone)}
          </TicketText>
        )}
        <a
          href={withReturn(`/sales/${saleId}/place`, returnAddress)}
          data-testid="plain-refresh"
          className="flex min-h-12 items-center justify-center rounded-xl bg-accent px-5 py-3 font-semibold text-on-accent"
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

/** Texts of the console's forecast, English. */
export const operatorForecastEn = {
  'forecast.title': 'Forecast',
  'forecast.sold_out': 'Sold out',
  'forecast.line_empty': 'Line empty',
  'forecast.range': '{from} to {to}',
  'forecast.after': 'after {from}, or not at all',
  'forecast.unknown': 'not in sight',
  'forecast.not_open': 'only while open',
  'forecast.pace': 'Pace',
  'forecast.pace.value': '{count} a second',
  'forecast.tickets': 'Tickets per admitted visitor',
  'forecast.conversion': 'Orders per admitted visitor',
  'forecast.no_shows': 'Admitted, but did not come',
  'forecast.waits': 'Waits, last 5 minutes',
  'forecast.waits.value': 'half {p50}, 19 of 20 {p95}',
  'forecast.note':
    'If the sale goes on like this: nine ranges of ten are right. It knows of no pause and no change of pace that is yet to come.',
} as const;

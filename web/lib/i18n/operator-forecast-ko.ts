import type { operatorForecastEn } from './operator-forecast-en.ts';

/** Texts of the console's forecast, Korean. */
export const operatorForecastKo: Record<keyof typeof operatorForecastEn, string> = {
  'forecast.title': '예상',
  'forecast.sold_out': '매진',
  'forecast.line_empty': '대기 줄 소진',
  'forecast.range': '{from} ~ {to}',
  'forecast.after': '{from} 이후, 또는 없음',
  'forecast.unknown': '아직 알 수 없음',
  'forecast.not_open': '진행 중일 때만',
  'forecast.pace': '입장 속도',
  'forecast.pace.value': '초당 {count}명',
  'forecast.tickets': '입장 1명당 티켓',
  'forecast.conversion': '입장 1명당 주문',
  'forecast.no_shows': '입장 후 오지 않음',
  'forecast.waits': '대기 시간, 최근 5분',
  'forecast.waits.value': '절반 {p50}, 20명 중 19명 {p95}',
  'forecast.note': '지금처럼 계속될 때의 예상이며, 열 번 중 아홉 번은 범위 안입니다. 앞으로의 일시 중지나 속도 변경은 알 수 없습니다.',
};

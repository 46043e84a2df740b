import type { operatorRehearsalEn } from './operator-rehearsal-en.ts';

/** Texts of the console's rehearsals, Korean. */
export const operatorRehearsalKo: Record<keyof typeof operatorRehearsalEn, string> = {
  'rehearsal.badge': '리허설',
  'rehearsal.start': '리허설',
  'rehearsal.title': '이 판매 리허설하기',
  'rehearsal.body':
    '입장 속도, 한도, 재고가 같은 사본을 만들어 이 시스템에서 가상 인원을 들여보냅니다. 방문자에게는 보이지 않습니다. 접근 코드, 회원, 로비, 메시지, 예약된 변경은 복사하지 않습니다. 정해 둔 종료 시각에서 {minutes}분 뒤에 저절로 삭제됩니다.',
  'rehearsal.yes': '리허설 시작',
  'rehearsal.banner': '{sale}의 리허설: 가상 인원 {people}명, {time}에 삭제됩니다.',
  'rehearsal.stalled':
    '{people}명 가운데 {joined}명이 들어온 뒤 더 오지 않습니다. 이들을 보내던 게이트웨이가 중지되었습니다. 리허설을 중지하고 다시 시작하세요.',
  'rehearsal.of': '원래 판매로',
  'rehearsal.ofSale': '리허설 대상',
  'rehearsal.until': '삭제 시각',
  'auditLog.rehearse': '리허설',
  'rehearsal.stop': '리허설 중지',
  'rehearsal.stop.done': '리허설을 중지했습니다. 수치는 삭제될 때까지 남아 있습니다.',
  'field.people': '가상 인원',
  'field.people.help': '한 사람이 한 번씩 줄을 섭니다.',
  'field.minutes': '시간(분)',
  'field.minutes.help': '이 시간이 지나면 리허설이 마감됩니다.',
  'field.arrival': '도착 시간(초)',
  'field.arrival.help': '이 시간 동안 고르게 줄을 섭니다. 인원이 많으면 더 걸립니다.',
  'field.conversion': '구매 비율(%)',
  'field.conversion.help': '입장한 사람 가운데 구매하는 비율입니다. 나머지는 사지 않고 나갑니다.',
  'field.conversion.gate': '게이트는 판매하지 않습니다. 모두 머문 뒤 나갑니다.',
  'field.noShows': '미입장 비율(%)',
  'field.noShows.help': '차례가 와도 들어오지 않는 비율입니다.',
  'problem.too_many_rehearsals': '리허설이 이미 세 개 있습니다. 하나가 삭제될 때까지 기다리거나 마감하고 삭제하세요.',
};

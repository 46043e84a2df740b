import type { invariantTexts } from '@sunbeon/contracts/invariant-texts';

type Code = keyof typeof invariantTexts;

/** What the checks of invariants say, Korean; English comes with the contracts. */
export const operatorInvariantsKo: Record<`invariants.said.${Code}`, string> = {
  'invariants.said.stock': '전체 {total} = 남음 {left} + 결제 중 {held} + 판매 {sold}',
  'invariants.said.fault_stock_sum': '재고의 합이 맞지 않습니다',
  'invariants.said.fault_stock_negative': '재고의 일부가 음수입니다',
  'invariants.said.fault_holds': '결제 중 {holds}건에 기한이 {deadlines}개입니다',
  'invariants.said.fault_held_by_nobody': '결제 중인 사람이 없는데 묶인 티켓이 있습니다',
  'invariants.said.fault_purchases_unsold': '구매 건수가 판매된 티켓보다 많습니다',
  'invariants.said.places':
    '등록 {joined} = 대기 {waiting} + 입장 {admitted} + 대기 중 나감 {left}, 현재 입장 인원 {inside} = 입장 − 만료 {expired} − 나감 {leftInside} − 구매 {purchased} − 완료 {completed}',
  'invariants.said.fault_waiting': '대기 인원은 {expected}명이어야 합니다',
  'invariants.said.fault_inside': '입장 인원은 {expected}명이어야 합니다',
  'invariants.said.fault_departures': '나감 표시 {marked}건, 집계 {counted}건',
  'invariants.said.fault_stays': '패스가 있는 방문이 입장 인원보다 많습니다',
  'invariants.said.fault_stay_without_pass': '패스가 없는 방문이 있습니다',
  'invariants.said.fault_sessions': '세션이 입장 인원보다 많습니다',
  'invariants.said.fault_purchases': '보관된 구매 {kept}건, 집계 {counted}건',
  'invariants.said.fault_receipts': '영수증이 있는 사람 {receipts}명, 구매한 사람 {bought}명, 취소된 구매 {cancelled}건',
  'invariants.said.order': '마지막 입장 번호 {frontier}, 대기열 {first}~{last}, 마지막 발급 번호 {given}',
  'invariants.said.fault_passed_over': '{number}번을 건너뛰었습니다',
  'invariants.said.fault_never_given': '{number}번은 발급된 적이 없습니다',
  'invariants.said.fault_frontier': '마지막 입장 번호가 마지막 발급 번호보다 큽니다',
  'invariants.said.slots': '기한이 지난 입장 {inside}, 기한이 지난 결제 {holds}',
  'invariants.said.slots_without_leader': '기한이 지난 입장 {inside}, 기한이 지난 결제 {holds} (리더가 없습니다)',
  'invariants.said.fault_overdue_inside': '{count}명이 기한이 지났는데 입장해 있습니다',
  'invariants.said.fault_overdue_holds': '결제 {count}건의 기한이 지났습니다',
  'invariants.said.events': '마지막 이벤트 {last}, 스트림 {first}~{end}',
  'invariants.said.fault_events': '스트림은 {end}에서, 판매는 {last}에서 끝납니다',
};

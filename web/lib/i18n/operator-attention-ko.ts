import type { operatorAttentionEn } from './operator-attention-en.ts';

/** 운영 콘솔에서 사람이 나서야 하는 일의 문구. 첫 조치는 docs/RUNBOOK.md와 같다. */
export const operatorAttentionKo: Record<keyof typeof operatorAttentionEn, string> = {
  'attention.title': '조치가 필요합니다',
  'attention.first': '먼저:',
  'attention.runbook': '다음:',
  'attention.no_leader.title': '이 판매를 진행하는 서버가 없습니다',
  'attention.no_leader.text': '{seconds}초 동안 아무도 입장하지 못했고 끝난 차례도 없습니다.',
  'attention.no_leader.step': 'admission 서비스를 하나 더 시작하세요. 이미 실행 중이면 /readyz에서 무엇이 부족한지 확인하세요.',
  'attention.invariant_broken.title': '수치가 서로 맞지 않습니다',
  'attention.invariant_broken.text': '깨진 항목: {names}.',
  'attention.invariant_broken.step': '판매를 일시 중지 상태로 두세요. 무엇이든 바꾸기 전에 전체 검사를 실행하고 결과를 보관하세요.',
  'attention.pace_off.title': '입장 속도가 지켜지지 않습니다',
  'attention.pace_off.text':
    '{minutes}분 동안 {expected}명이 입장해야 하는데 {admitted}명이 입장했습니다. 기다리는 사람도 빈자리도 있었습니다.',
  'attention.pace_off.step': '너무 적으면 admission 서비스에 CPU를 더 주세요. 너무 많으면 판매를 일시 중지하고 전체 검사를 실행하세요.',
  'attention.redis_slow.title': 'Redis가 느립니다',
  'attention.redis_slow.text': '이 수치를 읽는 데 {seconds}초 걸렸습니다.',
  'attention.redis_slow.step': 'Redis 서버의 CPU와 디스크를 보고, SLOWLOG에 오래 걸린 명령이 있는지 확인하세요.',
  'attention.gateways_refusing.title': '게이트웨이가 요청을 거절하고 있습니다',
  'attention.gateways_refusing.text': '최근 1분 동안 모든 판매를 합쳐 {count}건입니다.',
  'attention.gateways_refusing.step':
    '사람이 몰린 것인지 몇몇 주소에서 오는 것인지 확인하세요. 몰렸다면 게이트웨이를 늘리고, 몇몇 주소라면 앞단에서 차단하세요.',
  'attention.browsers_dropping.title': '브라우저 연결이 끊기고 있습니다',
  'attention.browsers_dropping.text': '1분 전 {before}개이던 연결이 {now}개로 줄었는데 대기열은 줄지 않았습니다.',
  'attention.browsers_dropping.step':
    '멈춘 게이트웨이를 시작하세요. 모두 실행 중이면 프록시나 네트워크에서 마지막으로 바꾼 것을 되돌리세요.',
};

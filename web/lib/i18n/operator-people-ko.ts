import type { operatorPeopleEn } from './operator-people-en.ts';

/** 운영자에 관한 콘솔 문구: 로그인, 역할, 충돌. */
export const operatorPeopleKo: Record<keyof typeof operatorPeopleEn, string> = {
  'console.who': '{name} 님({role})으로 로그인됨',
  'console.sign_out': '로그아웃',
  'console.checking': '로그인 상태를 확인하는 중…',

  'role.viewer': '조회자',
  'role.operator': '운영자',
  'role.admin': '관리자',
  'role.viewer.can': '조회자 역할로는 판매와 수치를 볼 수 있지만 아무것도 바꿀 수 없습니다. 주문과 감사 기록은 운영자 역할이 필요합니다.',
  'role.operator.can':
    '운영자 역할로는 판매를 진행하고 주문을 조회하고 입장을 확인할 수 있습니다. 재고, 주문 취소, 입장 코드, 그 밖의 설정은 관리자 역할이 필요합니다.',
  'role.needed': '{role} 역할이 필요합니다. 지금 역할은 {own}입니다.',

  'sign_in.title': '운영 콘솔',
  'sign_in.body':
    'OPERATORS에 있는 본인 토큰이나 ADMIN_TOKEN으로 로그인해 주세요. ADMIN_TOKEN은 npm start를 실행하면 “operator” 줄에 표시되며, 그 외에는 배포 담당자가 가지고 있습니다.',
  'sign_in.token': '운영자 토큰',
  'sign_in.memory':
    '브라우저는 토큰을 보관하지 않습니다. 스크립트가 읽을 수 없는 쿠키를 12시간 동안 받습니다. 로그아웃하면 복사본이 있는 모든 기기에서 바로 끝납니다.',
  'sign_in.button': '로그인',
  'sign_in.busy': '확인하는 중…',
  'sign_in.empty': '토큰을 입력해 주세요.',
  'sign_in.wrong': '운영자 토큰이 아닙니다.',
  'sign_in.expired': '로그인 시간이 끝났습니다. 다시 로그인하면 입력한 내용이 그대로 남아 있습니다.',

  'signIns.title': '로그인과 새 판매',
  'signIns.note': '실패한 로그인도 주소와 함께 남고, 토큰은 남지 않습니다. 배포에서 정한 개수와 기간까지 보관됩니다.',
  'auditLog.csv': '전체 CSV로 받기',
  'auditLog.sign_in': '로그인',
  'auditLog.sign_out': '로그아웃',
  'auditLog.sign_in_failed': '잘못된 토큰',

  'conflict.title': '그사이 변경됨',
  'conflict.body':
    '작업을 시작한 뒤에 다른 사람이 판매를 변경했습니다. 아직 저장된 것은 없고, 입력한 값은 그대로 있습니다. 다시 확인하면 아래 변경 위에 저장됩니다.',
  'conflict.unknown': '누가 변경했는지 감사 기록에 없습니다.',
  'conflict.unread': '감사 기록을 읽지 못해 누가 변경했는지 알 수 없습니다.',
  'conflict.value': '{field}: {before} → {after}',

  'unsaved.title': '저장하지 않고 나갈까요?',
  'unsaved.body': '여기에 입력한 내용은 저장되지 않았습니다.',
  'unsaved.yes': '나가기',
};

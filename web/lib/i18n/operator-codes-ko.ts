import type { operatorCodesEn } from './operator-codes-en.ts';

/** Texts of the console's panel of access codes, Korean. */
export const operatorCodesKo: Record<keyof typeof operatorCodesEn, string> = {
  'codes.title': '입장 코드',
  'codes.intro': '코드가 있는 사람만 줄을 설 수 있습니다. 아무것도 사지 않고 자리가 끝나면 사용 횟수가 되돌아옵니다.',
  'codes.count': '개수',
  'codes.uses': '코드당 사용 횟수',
  'codes.label': '이름표(선택)',
  'codes.make': '코드 만들기',
  'codes.made': '코드 {count}개를 만들었습니다. 목록 맨 뒤에 있습니다.',
  'codes.export': 'CSV로 내보내기',
  'codes.none': '아직 코드가 없습니다.',
  'codes.column.code': '코드',
  'codes.column.used': '사용',
  'codes.column.label': '이름표',
  'codes.used': '{uses}회 중 {used}회',
  'codes.more': '더 보기',
  'codes.read_at': '사용 횟수: {time} 기준',
  'codes.back': '회수',
  'codes.back.of': '{code} 회수',
  'codes.back.title': '{code} 코드를 회수할까요?',
  'codes.back.body': '이 코드로는 더 이상 줄을 설 수 없습니다. 이미 얻은 자리는 그대로 유지됩니다.',
  'codes.wrong.count': '1부터 {max}까지의 정수를 입력해 주세요.',
  'problem.code_not_found': '이 판매에 더 이상 없는 코드입니다.',
};

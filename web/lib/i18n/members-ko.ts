import type { membersEn } from './members-en.ts';

/** Texts of signing in, Korean. */
export const membersKo: Record<keyof typeof membersEn, string> = {
  'signIn.title': '로그인하고 순번을 받으세요',
  'signIn.body': '순번은 회원님의 계정에 연결됩니다. 로그인한 모든 기기에서 같은 순번을 보실 수 있습니다.',
  'signIn.button': '로그인',
  'signIn.shop': '쇼핑몰에서 로그인해 주세요. 쇼핑몰에 이 대기열로 오는 링크가 있습니다.',
  'signIn.toShop': '쇼핑몰로 이동',
  'signIn.failed': '로그인되지 않았습니다. 다시 시도해 주세요.',
  'signIn.unavailable': '지금은 로그인할 수 없습니다. 잠시 후 다시 시도해 주세요.',
};

import type { deviceEn } from './device-en.ts';

/** Texts of access codes and of the way to another device, Korean. */
export const deviceKo: Record<keyof typeof deviceEn, string> = {
  'code.empty': '초대장에 적힌 코드를 입력해 주세요.',
  'transfer.button': '다른 기기에서 이어서 보기',
  'transfer.busy': '링크를 만드는 중…',
  'transfer.title': '다른 기기에서 이어서 보기',
  'transfer.body':
    '다른 기기로 이 코드를 스캔해 주세요. 그러면 두 기기에서 같은 순번을 보실 수 있습니다. 링크를 여는 사람은 누구나 이 순번을 쓸 수 있으니 다른 사람에게 보여 주지 마세요.',
  'transfer.qr': '내 순번으로 연결되는 QR 코드',
  'transfer.link': '다른 기기에서 열 링크',
  'transfer.copy': '링크 복사',
  'transfer.copied': '복사했습니다.',
  'transfer.until': '남은 유효 시간',
  'transfer.over': '링크가 만료되었습니다.',
  'transfer.again': '새 링크 만들기',
  'transfer.close': '닫기',
  'transfer.limited': '최근 한 시간 동안 링크를 너무 많이 만드셨습니다. 잠시 후 다시 시도해 주세요.',
};

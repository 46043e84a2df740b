/** Texts of access codes and of the way to another device, English. */
export const deviceEn = {
  'code.empty': 'Please type the code of your invitation.',
  'transfer.button': 'Continue on another device',
  'transfer.busy': 'Making a link…',
  'transfer.title': 'Continue on another device',
  'transfer.body':
    'Scan this with the other device. Both devices then have the same place. Whoever opens the link has your place, so show it to nobody.',
  'transfer.qr': 'QR code with the link to your place',
  'transfer.link': 'Link for the other device',
  'transfer.copy': 'Copy the link',
  'transfer.copied': 'Copied.',
  'transfer.until': 'Good for',
  'transfer.over': 'This link is over.',
  'transfer.again': 'Make a new link',
  'transfer.close': 'Close',
  'transfer.limited': 'You have made many links in the last hour. Please wait a while.',
};

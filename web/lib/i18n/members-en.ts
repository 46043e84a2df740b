/** Texts of signing in, English. */
export const membersEn = {
  'signIn.title': 'Sign in to get in line',
  'signIn.body': 'Your place belongs to your account. You see the same place on every device where you sign in.',
  'signIn.button': 'Sign in',
  'signIn.shop': 'Sign in at the shop. The link to this line is there.',
  'signIn.toShop': 'Go to the shop',
  'signIn.failed': 'You are not signed in. Please try again.',
  'signIn.unavailable': 'The sign-in cannot be reached right now. Please try again in a moment.',
};

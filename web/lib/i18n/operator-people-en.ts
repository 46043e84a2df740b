/** Texts of the console about operators: sign-in, roles, conflicts. */
export const operatorPeopleEn = {
  'console.who': 'Signed in as {name} ({role})',
  'console.sign_out': 'Sign out',
  'console.checking': 'Checking who is signed in…',

  'role.viewer': 'viewer',
  'role.operator': 'operator',
  'role.admin': 'admin',
  'role.viewer.can':
    'With the role viewer you see the sales and their figures, and change nothing. Orders and the audit log need the role operator.',
  'role.operator.can':
    'With the role operator you run the sale, read orders and check them in. Stock, cancelling orders, access codes and other settings need the role admin.',
  'role.needed': 'This needs the role {role}; yours is {own}.',

  'sign_in.title': 'Operator console',
  'sign_in.body':
    'Sign in with your token of OPERATORS, or with ADMIN_TOKEN. npm start prints that one as “operator”; elsewhere the administrator of the deployment has it.',
  'sign_in.token': 'Operator token',
  'sign_in.memory':
    'The browser keeps no token: it gets a cookie for 12 hours that scripts cannot read. Signing out ends it at once, on every device that has a copy.',
  'sign_in.button': 'Sign in',
  'sign_in.busy': 'Checking…',
  'sign_in.empty': 'Enter the token.',
  'sign_in.wrong': 'The operator token is wrong.',
  'sign_in.expired': 'The session is over. Sign in again: what was typed is still there.',

  'signIns.title': 'Sign-ins and new sales',
  'signIns.note':
    'Failed sign-ins too, with their address and never with the token. Kept up to a number and an age that the deployment sets.',
  'auditLog.csv': 'All as CSV',
  'auditLog.sign_in': 'Signed in',
  'auditLog.sign_out': 'Signed out',
  'auditLog.sign_in_failed': 'Wrong token',

  'conflict.title': 'Changed meanwhile',
  'conflict.body':
    'The sale changed after you began. Nothing of yours was saved yet; what you typed is still here. Confirm again to save it on top of this:',
  'conflict.unknown': 'Who changed it is not in the audit log.',
  'conflict.unread': 'Who changed it is not known: the audit log could not be read.',
  'conflict.value': '{field}: {before} → {after}',

  'unsaved.title': 'Leave without saving?',
  'unsaved.body': 'What you typed here is not saved.',
  'unsaved.yes': 'Leave',
} as const;

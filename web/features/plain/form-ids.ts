/** Ids of the forms that join: on the page, and where no script runs. Fields outside a form name it. */
export const joinFormId = 'join';
export const plainFormId = 'plain-join';

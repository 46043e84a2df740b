/** A wrong setting; the message is for the operator, one sentence without the value of a secret. */
export class SettingsError extends Error {}

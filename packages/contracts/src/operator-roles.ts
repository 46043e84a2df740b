/** Roles of operators, each with all that the one before it may do. */
export const operatorRoles = ['viewer', 'operator', 'admin'] as const;
export type OperatorRole = (typeof operatorRoles)[number];

export const isOperatorRole = (text: string): text is OperatorRole => (operatorRoles as readonly string[]).includes(text);

/** Whether an operator of a role may do what needs another one. */
export const mayAs = (role: OperatorRole, needed: OperatorRole): boolean => operatorRoles.indexOf(role) >= operatorRoles.indexOf(needed);

/** The settings that the role `operator` may change: a change with any other one is an admin's, as a whole. */
export const operatorSettings = ['admitPerSecond', 'activeLimit', 'message'] as const;

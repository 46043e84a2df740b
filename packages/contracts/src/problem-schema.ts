import { Type } from 'typebox';
import { errorCatalogue, type ErrorCode } from './errors.ts';

/** Schema of the problem document of every refusal. */
export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: 'Address of the paragraph of the code: `/docs/errors#<code>`' }),
    title: Type.String({ description: 'The same for each problem of the code' }),
    status: Type.Integer({ description: 'HTTP status' }),
    code: Type.Union(
      (Object.keys(errorCatalogue) as ErrorCode[]).map((code) => Type.Literal(code)),
      { description: 'For programs' },
    ),
    detail: Type.Optional(Type.String({ description: 'What is wrong with this request, for people' })),
    roomUrl: Type.Optional(Type.String({ description: 'Only with `pass_required`: the waiting page' })),
    loginUrl: Type.Optional(
      Type.String({ description: 'Only with `member_required` and `invalid_member`, of a sale with a login: where a browser signs in' }),
    ),
    challenge: Type.Optional(Type.Object({}, { additionalProperties: true, description: 'Only with `proof_required`: a fresh challenge' })),
    checkedInAt: Type.Optional(Type.String({ description: 'Only with `already_checked_in`: when, for the first time' })),
    errors: Type.Optional(
      Type.Array(
        Type.Object(
          {
            path: Type.String({ description: 'JSON pointer into the body, or query/…, header/…, path/… with the name' }),
            detail: Type.String({ description: 'The rule that is broken' }),
          },
          { additionalProperties: false },
        ),
        { description: 'Every fault of the refused part of the request' },
      ),
    ),
  },
  { $id: 'Problem', additionalProperties: false, description: 'RFC 9457 problem' },
);

import { Decision } from '../../proto/generated/moderation/v1/moderation.ts';

/** The decision of a message of `moderation-decisions`, in either encoding. */
export function readDecision(message: {
  readonly data: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
}): Decision {
  return message.attributes['content-type'] === 'application/protobuf'
    ? Decision.decode(message.data)
    : Decision.fromJSON(JSON.parse(message.data.toString()));
}

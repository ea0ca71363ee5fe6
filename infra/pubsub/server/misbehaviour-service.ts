import { status } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import {
  type CutStreamsRequest,
  type CutStreamsResponse,
  type GetCountsRequest,
  type GetCountsResponse,
  MisbehaviourServiceService,
  SetMisbehaviourRequest,
  type SetMisbehaviourResponse,
} from '../../../proto/generated/pubsub/v1/misbehaviour.ts';
import type { ServedService } from '../../grpc/server.ts';
import { RpcError } from '../../grpc/unary.ts';
import type { answering } from './answers.ts';
import { type Misbehaviour, misbehaviourProblems } from './misbehaviour.ts';

export interface MisbehaviourServiceOptions {
  readonly misbehaviour: Pick<Misbehaviour, 'set'>;
  /** Answers how many streams were cut. */
  readonly cutStreams: () => number;
  readonly counts: () => GetCountsResponse;
  readonly answer: ReturnType<typeof answering>;
  readonly log: Logger;
}

/** `pubsub.v1.MisbehaviourService` */
export function misbehaviourService(options: MisbehaviourServiceOptions): ServedService {
  const { misbehaviour, cutStreams, counts, answer, log } = options;
  return {
    name: 'pubsub.v1.MisbehaviourService',
    protoFile: 'pubsub/v1/misbehaviour.proto',
    definition: MisbehaviourServiceService,
    implementation: {
      setMisbehaviour: answer<SetMisbehaviourRequest, SetMisbehaviourResponse>((request) => {
        const problems = misbehaviourProblems(request);
        if (problems.length > 0) throw new RpcError(status.INVALID_ARGUMENT, problems.join('; '));
        misbehaviour.set(request);
        log.warn({ event: 'misbehaviour', misbehaviour: SetMisbehaviourRequest.toJSON(request) });
        return {};
      }),
      cutStreams: answer<CutStreamsRequest, CutStreamsResponse>(() => ({ streams: cutStreams() })),
      getCounts: answer<GetCountsRequest, GetCountsResponse>(counts),
    },
  };
}

import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startCatalog } from '../../infra/catalog/catalog.ts';
import { syntheticProfile } from '../../infra/catalog/synthetic-profiles.ts';
import { startModelHost } from '../../models/host/host.ts';
import { loadScorer } from '../../models/host/scorers.ts';
import {
  CatalogServiceService,
  GetSellerProfileRequest,
  GetSellerProfileResponse,
} from '../../proto/generated/catalog/v1/catalog.ts';
import { ModelServiceService, PredictRequest, PredictResponse } from '../../proto/generated/moderation/v1/model.ts';
import { itemOf, sellerOf } from '../../proxy/testing/events.ts';
import { anyBytes, damaged, oddText } from './odd-values.ts';
import { mutatedMessage, SHAPES } from './protobuf-mutants.ts';
import { failOnUnhandled, PATIENCE_MS, runs } from './runs.ts';

failOnUnhandled();

/** Sends bytes as the request of a method, and answers with the bytes that come back, or with the status. */
function connect(address: string, path: string) {
  const client = new Client(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 });
  onTestFinished(() => client.close());
  const asIs = (bytes: Buffer) => bytes;
  return (request: Buffer) =>
    new Promise<Buffer | ServiceError>((resolve) => {
      const options = { deadline: Date.now() + 20_000 };
      client.makeUnaryRequest(path, asIs, asIs, request, options, (error, response) => resolve(error ?? response!));
    });
}

/** A log whose lines of errors a test can look at: a server that catches its own exception writes one. */
function errorLog() {
  const lines: string[] = [];
  return { lines, log: pino({ level: 'error' }, { write: (line: string) => void lines.push(line) }) };
}

const REQUEST = Buffer.from(
  PredictRequest.encode({
    inputs: [
      { item: itemOf(), enrichment: { seller: sellerOf() } },
      { item: itemOf({ title: 'Rifle, cash only', price: undefined }), enrichment: undefined },
    ],
  }).finish(),
);
const item = fc
  .record({
    title: oddText,
    description: oddText,
    category: oddText,
    sellerId: oddText,
    imageUrls: fc.array(oddText, { maxLength: 2 }),
  })
  .chain((texts) =>
    fc.record({ currency: oddText, minorUnits: fc.maxSafeInteger() }).map((price) => itemOf({ ...texts, price })),
  );
const seller = fc
  .record({ accountAgeDays: fc.nat(), rating: fc.oneof(fc.float(), fc.constant(Number.NaN)) })
  .map((changes) => sellerOf('s', changes));
const oddRequest = fc
  .array(
    fc.record({
      item: fc.option(item, { nil: undefined }),
      enrichment: fc.option(fc.record({ seller: fc.option(seller, { nil: undefined }) }), { nil: undefined }),
    }),
    { maxLength: 5 },
  )
  .map((inputs) => Buffer.from(PredictRequest.encode({ inputs }).finish()));
const predictBytes = fc.oneof(
  { arbitrary: oddRequest, weight: 3 },
  { arbitrary: mutatedMessage(REQUEST, SHAPES.predictRequest), weight: 4 },
  anyBytes(100),
);

describe.each(['weapons', 'money', 'counterfeit'])('the host of the model %s', (name) => {
  test(
    'answers whatever it is sent with a prediction for each input, or says that it can not be read',
    async () => {
      const { lines, log } = errorLog();
      await using host = await startModelHost({ scorer: await loadScorer('models', name), maxBatch: 8, log });
      const predict = connect(host.address, ModelServiceService.predict.path);
      await fc.assert(
        fc.asyncProperty(predictBytes, async (request) => {
          const answer = await predict(request);
          if (!Buffer.isBuffer(answer)) {
            // gRPC's own answer to a request that is no message of the contract is INTERNAL:
            // https://grpc.github.io/grpc/core/md_doc_statuscodes.html
            expect([status.INVALID_ARGUMENT, status.INTERNAL]).toContain(answer.code);
            if (answer.code === status.INTERNAL) expect(() => PredictRequest.decode(request)).toThrow();
            return;
          }
          const { predictions, modelVersion } = PredictResponse.decode(answer);
          expect(modelVersion).toMatch(new RegExp(`^${name}-`));
          expect(predictions).toHaveLength(PredictRequest.decode(request).inputs.length);
          for (const { probability, error } of predictions) {
            if (error) expect(error.code).toBe(status.INVALID_ARGUMENT);
            else expect(probability).toSatisfy((one: number) => one >= 0 && one <= 1);
          }
        }),
        runs(150),
      );
      expect(lines).toEqual([]);
      expect(Buffer.isBuffer(await predict(REQUEST))).toBe(true);
    },
    PATIENCE_MS,
  );
});

describe('the catalogue', () => {
  const request = Buffer.from(GetSellerProfileRequest.encode({ sellerId: 'seller-1' }).finish());
  const requestBytes = fc.oneof(
    {
      arbitrary: oddText.map((sellerId) => Buffer.from(GetSellerProfileRequest.encode({ sellerId }).finish())),
      weight: 3,
    },
    { arbitrary: mutatedMessage(request, {}), weight: 3 },
    damaged(request),
    anyBytes(100),
  );

  test(
    'answers whatever it is sent with a profile, or says what is wrong',
    async () => {
      const { lines, log } = errorLog();
      await using catalogue = await startCatalog({ profiles: syntheticProfile, log });
      const get = connect(catalogue.address, CatalogServiceService.getSellerProfile.path);
      await fc.assert(
        fc.asyncProperty(requestBytes, async (bytes) => {
          const answer = await get(bytes);
          if (!Buffer.isBuffer(answer)) {
            expect([status.INVALID_ARGUMENT, status.NOT_FOUND, status.INTERNAL]).toContain(answer.code);
            if (answer.code === status.INTERNAL) expect(() => GetSellerProfileRequest.decode(bytes)).toThrow();
            return;
          }
          const { sellerId } = GetSellerProfileRequest.decode(bytes);
          expect(GetSellerProfileResponse.decode(answer).profile).toMatchObject({ sellerId });
        }),
        runs(300),
      );
      expect(lines).toEqual([]);
    },
    PATIENCE_MS,
  );
});

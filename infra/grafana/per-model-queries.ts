import { MODEL, NEW_EVENTS, REPLICA, ratio, sumRate } from './promql.ts';

/** Per-model load: what is asked in more than one of its panels. */

export const PER_MODEL = ['model'];
export const CALLS = 'eddy_model_calls_total';

/** Of the calls to a model, those that failed. */
export const FAULTY_SHARE = `1 - ${ratio(
  sumRate(PER_MODEL, CALLS, 'code="OK"', MODEL, REPLICA),
  sumRate(PER_MODEL, CALLS, MODEL, REPLICA),
)}`;

export const HIT_SHARE = ratio(
  sumRate(PER_MODEL, 'eddy_prediction_cache_total', 'result="hit"', MODEL, REPLICA),
  sumRate(PER_MODEL, 'eddy_prediction_cache_total', MODEL, REPLICA),
);

export const LIMIT_USED = ratio(
  `sum by (model) (eddy_model_calls_in_flight{${MODEL}, ${REPLICA}})`,
  `sum by (model) (eddy_model_limit{${MODEL}, ${REPLICA}})`,
);

/** What a model that is asked once for each event would be asked. */
export const NEW_EVENTS_IN = sumRate([], 'eddy_messages_received_total', NEW_EVENTS, REPLICA);

/** The worst state of any replica. */
export const BREAKER = `max by (model) (eddy_model_breaker_state{${MODEL}, ${REPLICA}})`;

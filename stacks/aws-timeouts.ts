/** How long a connection may take. AWS accepts one in less than a second; a network that drops packets never does. */
const connectionSeconds = 5;

/**
 * How long AWS may send nothing: a connection that was lost without a sign would be waited on for ever. Slow requests, such
 * as those for the cost, take some seconds. A long download sends all the time, and is not cut off.
 */
const silenceSeconds = 30;

/**
 * The timeouts of an AWS client, as its `requestHandler`. A `requestTimeout` would not do: in some versions of the SDK it
 * only warns.
 */
export const awsTimeouts = {
  connectionTimeout: connectionSeconds * 1000,
  socketTimeout: silenceSeconds * 1000,
};

using System.Net;
using Polly;
using Polly.Retry;

namespace Causeway.Hosting;

/// <summary>
/// How services of others are asked, in one place so that all are asked alike: within a time, and once more after what passes by itself.
/// </summary>
/// <remarks>
/// There is no breaker. Whoever asks here is a loop that rests after it has failed, or a person who waits: a breaker would put the rest of another beside the loop's own,
/// and hide what is really wrong behind "the circuit is open" (docs/adr/0018).
/// </remarks>
public static class OutsideCalls
{
    /// <summary>The first pause of one that says nothing about it; each is twice the one before, with jitter.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);

    /// <summary>The pause after "too many requests" of one that does not say how long.</summary>
    private static readonly TimeSpan TooManyPause = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    /// <summary>What is done in it ends within a time: its token is cancelled then, and <c>TimeoutRejectedException</c> thrown.</summary>
    public static ResiliencePipeline Within(TimeSpan limit, TimeProvider time) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
            .AddTimeout(limit)
            .Build();

    /// <summary>
    /// HTTP requests that may be made again: after no answer (each attempt has its time), 408, 429 and 5xx, with a pause that is as long as the other side says
    /// (RFC 9110 §10.2.3), else doubled each time. The last answer is given, whatever it is. The request is made anew for each attempt.
    /// </summary>
    /// <param name="attempts">Attempts in all, at least 2.</param>
    /// <param name="each">The time of one attempt, up to the head of its answer.</param>
    /// <param name="time">Time.</param>
    public static ResiliencePipeline<HttpResponseMessage> Http(int attempts, TimeSpan each, TimeProvider time) =>
        new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddRetry(
                new RetryStrategyOptions<HttpResponseMessage>
                {
                    MaxRetryAttempts = attempts - 1,
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    Delay = FirstPause,
                    ShouldHandle = new PredicateBuilder<HttpResponseMessage>()
                        .Handle<HttpRequestException>()
                        .Handle<Polly.Timeout.TimeoutRejectedException>()
                        .HandleResult(answer => Passes(answer.StatusCode)),
                    DelayGenerator = failed => ValueTask.FromResult(failed.Outcome.Result is { } answer ? Pause(answer, time) : null),
                }
            )
            .AddTimeout(each)
            .Build();

    private static bool Passes(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;

    /// <summary>What the answer says, in either form; null when it says nothing.</summary>
    private static TimeSpan? Pause(HttpResponseMessage answer, TimeProvider time)
    {
        TimeSpan? said = answer.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => answer.StatusCode == HttpStatusCode.TooManyRequests ? TooManyPause : null,
        };
        return said < ShortestPause ? ShortestPause : said;
    }
}

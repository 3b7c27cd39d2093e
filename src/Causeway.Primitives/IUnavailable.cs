namespace Causeway.Primitives;

/// <summary>An exception for people: something that is needed is away, full or busy ("not now"), or damaged.</summary>
public interface IUnavailable
{
    /// <summary>Stable, never translated: <c>StoreFull</c>.</summary>
    string Code { get; }

    /// <summary>For those who use the service: what is wrong; no address, no path, no credential.</summary>
    string Message { get; }

    /// <summary>How long to wait before asking again is worth it; null when it will not pass by itself.</summary>
    TimeSpan? RetryAfter { get; }
}

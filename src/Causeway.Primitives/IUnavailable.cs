namespace Causeway.Primitives;

/// <summary>An exception that says "not now": something that is needed is away, full or busy. The same may succeed later.</summary>
public interface IUnavailable
{
    /// <summary>Stable, never translated: <c>StoreFull</c>.</summary>
    string Code { get; }

    /// <summary>For those who use the service: what is wrong; no address, no path, no credential.</summary>
    string Message { get; }

    /// <summary>How long to wait before asking again is worth it.</summary>
    TimeSpan RetryAfter { get; }
}
